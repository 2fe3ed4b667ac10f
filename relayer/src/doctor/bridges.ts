import type { Profile, SpokeDeployment } from '@ala/shared/deployment';
import { describeDifference, securityDifferences, type SecurityReading } from '../bridge/pathSecurity.js';
import { endpointOf } from '../lib/endpoint.js';
import { ok, problem, type Finding } from './finding.js';
import type { Reading } from './reading.js';

/** Pure: what is to be said of a spoke's way to the hub and back. */
export function judgeBridge(
  profile: Profile,
  { id, bridge }: SpokeDeployment,
  reading: Reading<SecurityReading>,
): Finding[] {
  const check = `bridge of spoke ${id}`;
  if ('failure' in reading) {
    return [
      problem(check, `${bridge}: ${reading.failure}`, 'see the chains above, then the bridge in the deployment file'),
    ];
  }
  const differences = securityDifferences(profile, reading.value);
  if (differences.length === 0) return [ok(check, `${bridge}: its paths are wired and secured for ${profile}`)];
  const todo = 'have the owner of that contract set it, or correct the deployment file';
  return differences.map((difference) => problem(check, `${bridge}: ${describeDifference(difference)}`, todo));
}

/** Pure: what is to be said of one source of VAAs. One that answers is enough for a node, so each is looked at by itself. */
export function judgeVaaSource(apiUrl: string, reading: Reading<unknown>): Finding {
  const check = 'wormholeApi';
  const where = endpointOf(apiUrl);
  if (!('failure' in reading)) return ok(check, `${where} answers`);
  return problem(check, `${where}: ${reading.failure}`, 'correct or remove it in wormholeApi of the deployment file');
}
