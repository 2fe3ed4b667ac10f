import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, type Attempt } from './journal.js';

const OF = { network: 'net', deployer: '0xabc', chainIds: { hub: 1 } };
const ATTEMPT: Attempt = { state: 'intent', nonce: 4, txHash: '0x01', raw: '0x02', dataHash: '0x03' };

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-journal-'));
  path = Journal.pathFor(join(folder, 'ala.yaml'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a journal', () => {
  it('is on disk, whole and for its owner only, after each change', () => {
    const journal = Journal.begin(path, OF);
    journal.add('step', { ...ATTEMPT });
    expect(Journal.load(path)?.last('step')).toEqual(ATTEMPT);
    journal.move('step', 'mined', 12);
    expect(Journal.load(path)?.last('step')).toEqual({ ...ATTEMPT, state: 'mined', blockNumber: 12 });
    expect(readdirSync(folder)).toEqual(['ala.journal.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps every attempt; the last one counts', () => {
    const journal = Journal.begin(path, OF);
    journal.add('step', { ...ATTEMPT, state: 'reverted' });
    journal.add('step', { ...ATTEMPT, nonce: 5 });
    expect(journal.openSteps()).toEqual(['step']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ steps: { step: [{ nonce: 4 }, { nonce: 5 }] } });
  });

  it('of another network, deployer or chain is refused, with all that differs', () => {
    Journal.begin(path, OF).add('step', { ...ATTEMPT });
    const journal = Journal.load(path);
    expect(() => journal?.requireFor({ network: 'other', deployer: '0xdef', chainIds: { hub: 2 } })).toThrow(
      /network net, not other; its deployer is 0xabc.*; its chain hub is 1, not 2/,
    );
    expect(() => journal?.requireFor({ ...OF, chainIds: { hub: 1, spoke: 9 } })).not.toThrow();
  });

  it('that is damaged is said to be', () => {
    writeFileSync(path, '{"version":1');
    expect(() => Journal.load(path)).toThrow('is not readable');
    writeFileSync(path, '{"version":1}');
    expect(() => Journal.load(path)).toThrow(/is not one: network: /);
    rmSync(path);
    expect(Journal.load(path)).toBeNull();
  });
});
