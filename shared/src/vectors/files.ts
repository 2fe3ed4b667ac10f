import { fileURLToPath } from 'node:url';
import { clearingVectors } from './clearings.js';
import { messageVectors } from './messages.js';
import { planVectors } from './plans.js';
import { poolVectors } from './pools.js';

/** `test/vectors`, seen from both `src` and `dist`. */
export const VECTORS_FOLDER = fileURLToPath(new URL('../../../test/vectors/', import.meta.url));

/** The content of every file of golden vectors, by name. Amounts are strings, as JSON numbers cannot hold them. */
export function vectorFiles(): Record<string, string> {
  return {
    'messages.json': format(messageVectors()),
    'plans.json': format(planVectors()),
    'clearings.json': format(clearingVectors()),
    'pools.json': format(poolVectors()),
  };
}

function format(value: unknown): string {
  return `${JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? String(field) : field), 1)}\n`;
}
