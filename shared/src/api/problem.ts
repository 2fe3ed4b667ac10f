import { z } from 'zod';

/** RFC 9457: the answer to every request that fails, as `application/problem+json`. */
export const problemDetails = z.object({
  type: z.string().describe('about:blank: the status says what kind of problem it is'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().describe('What to do'),
  instance: z.string().describe('The path that was asked for'),
  errors: z
    .array(z.object({ field: z.string(), problem: z.string() }))
    .optional()
    .describe('Of a malformed request: every wrong field'),
});

export type ProblemDetails = z.infer<typeof problemDetails>;
