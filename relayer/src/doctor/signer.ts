import { problem, ok, type Finding } from './finding.js';
import type { Reading } from './reading.js';

/** Pure: what is to be said of where the sender's key is; `problems` are those of `Signers.problems`. */
export function judgeSigner(address: string, problems: Reading<readonly string[]>): Finding[] {
  const check = 'sender key';
  if ('failure' in problems) {
    return [problem(check, problems.failure, 'start the signer, or correct externalSigner.url')];
  }
  if (problems.value.length === 0) return [ok(check, `signs as ${address}`)];
  return problems.value.map((says) => problem(check, says, 'correct externalSigner in the configuration'));
}
