import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { AlaError } from '@ala/shared/errors';
import { inconsistencies } from './consistency.js';
import { shape, type DeployConfig } from './schema.js';

/** A file that describes no deployment; all that is wrong with it is in `problems`. */
export class DeployConfigError extends AlaError {
  constructor(readonly problems: readonly string[]) {
    super(`the deployment cannot be read:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads and checks the file. @throws DeployConfigError with every problem at once. */
export function readConfig(path: string, env: NodeJS.ProcessEnv): DeployConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new DeployConfigError([`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
  return parseConfig(text, env);
}

/** Reads a file's text; `${NAME}` stands for the environment's variable. @throws DeployConfigError */
export function parseConfig(text: string, env: NodeJS.ProcessEnv): DeployConfig {
  // Failsafe: every scalar is text, so that YAML's own types change nothing (an address is not a hexadecimal number).
  const document = parseDocument(text, { schema: 'failsafe' });
  if (document.errors.length > 0) throw new DeployConfigError(document.errors.map((error) => error.message));
  const missing = new Map<string, string>();
  const raw = withEnvironment(document.toJS(), env, '', missing);
  const parsed = shape.safeParse(raw);
  const problems = [...missing].map(([path, problem]) => `${path}: ${problem}`);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.join('.');
    if (!missing.has(path)) problems.push(path === '' ? issue.message : `${path}: ${issue.message}`);
  }
  if (parsed.success && problems.length === 0) problems.push(...inconsistencies(parsed.data));
  if (!parsed.success || problems.length > 0) throw new DeployConfigError(problems);
  return parsed.data;
}

function withEnvironment(value: unknown, env: NodeJS.ProcessEnv, path: string, missing: Map<string, string>): unknown {
  const inside = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (reference, variable: string) => {
      const found = env[variable];
      if (found !== undefined && found !== '') return found;
      missing.set(path, `the environment has no ${variable}`);
      return reference;
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => withEnvironment(item, env, inside(index), missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withEnvironment(item, env, inside(key), missing)]),
  );
}
