import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { toAddress, toHash } from '@ala/shared/ids';
import { judgeChain, type ChainReading } from './chain.js';
import { judgeContracts, type ContractsReading } from './contracts.js';
import { judgeDatabase, type DatabaseReading } from './database.js';
import { levelOf, ok, problem, warning, type Finding } from './finding.js';
import { read } from './reading.js';
import { findingJson, findingTable } from './report.js';

const NOW_SEC = 1_800_000_000;
const contract = { name: 'auctionHub', address: toAddress(`0x${'1'.repeat(40)}`) };
const brief = (findings: readonly Finding[]) => findings.map(({ check, level }) => `${check}: ${level}`);
const todoOf = (findings: readonly Finding[], check: string) =>
  findings.find((finding) => finding.check === check && finding.level !== 'ok')?.todo ?? '';

describe('a chain', () => {
  const args = {
    name: 'a',
    endpoint: 'https://rpc.example',
    nowMs: NOW_SEC * 1_000,
    maxHeadAgeSec: 60,
  };
  const header = (timestampSec: number) => {
    const hash = toHash(`0x${'0'.repeat(64)}`);
    return { number: 7, hash, parentHash: hash, timestampSec };
  };
  const sender = (balanceWei: bigint, gasPriceWei: bigint) => [
    { address: contract.address, funds: { value: { balanceWei, gasPriceWei } } },
  ];
  const healthy: ChainReading = {
    head: { value: header(NOW_SEC - 60) },
    finalized: { value: 5 },
    logs: { value: 0 },
    senders: sender(15_000_000n, 1n),
  };

  it('is well at its limits', () => {
    expect(brief(judgeChain(args, healthy))).toEqual(['head a: ok', 'logs a: ok', 'sender a: ok']);
  });

  it.each<[string, Partial<ChainReading>, string]>([
    ['a head that is too old', { head: { value: header(NOW_SEC - 61) } }, 'head a: problem'],
    ['no head', { head: { failure: 'gone' } }, 'head a: problem'],
    ['no logs', { logs: { failure: 'range too wide' } }, 'logs a: problem'],
    ['no finalized block', { finalized: { value: null } }, 'finalized a: warning'],
    ['an RPC that does not know the tag', { finalized: { failure: 'unknown tag' } }, 'finalized a: warning'],
    ['an empty account', { senders: sender(0n, 0n) }, 'sender a: problem'],
    ['little money', { senders: sender(14_999_999n, 1n) }, 'sender a: warning'],
  ])('has %s', (_, change, expected) => {
    const findings = judgeChain(args, { ...healthy, ...change });
    expect(brief(findings)).toContain(expected);
    expect(findings.filter(({ level }) => level !== 'ok')).toHaveLength(1);
    expect(todoOf(findings, expected.split(':')[0] ?? '')).toMatch(/ a( |$|:)/);
  });
});

describe('contracts', () => {
  const [key, other] = [Wallet.createRandom(), Wallet.createRandom()];
  const args = { chain: 'hub', setId: 1, operatorKeys: [key.privateKey], nowMs: NOW_SEC * 1_000 };
  const set = { operators: [toAddress(key.address)], quorum: 1 };
  const withSet = (reading: ContractsReading['operatorSets'][number]['reading']) => [{ contract, reading }];
  const healthy: ContractsReading = {
    withoutCode: { value: [] },
    operatorSets: withSet({ value: { set, validUntilSec: BigInt(NOW_SEC) } }),
    pauses: [{ contract, stage: { value: 0 } }],
  };

  it('are well, and a set is accepted at its last second', () => {
    expect(brief(judgeContracts(args, healthy))).toEqual(['code hub: ok', 'operators hub: ok', 'pause hub: ok']);
  });

  it.each<[string, Partial<ContractsReading>, string]>([
    ['lack code', { withoutCode: { value: [contract] } }, 'code hub: problem'],
    ['are paused', { pauses: [{ contract, stage: { value: 2 } }] }, 'pause hub: warning'],
    [
      'have no such set',
      { operatorSets: withSet({ value: { set: null, validUntilSec: 0n } }) },
      'operators hub: problem',
    ],
    [
      'have retired the set',
      { operatorSets: withSet({ value: { set, validUntilSec: BigInt(NOW_SEC - 1) } }) },
      'operators hub: problem',
    ],
    [
      'ask for more signatures',
      {
        operatorSets: withSet({
          value: {
            set: { operators: [...set.operators, toAddress(other.address)], quorum: 2 },
            validUntilSec: 2n ** 64n,
          },
        }),
      },
      'operators hub: problem',
    ],
    ['do not answer', { operatorSets: withSet({ failure: 'no data' }) }, 'operators hub: problem'],
  ])('%s', (_, change, expected) => {
    const findings = judgeContracts(args, { ...healthy, ...change });
    expect(brief(findings.filter(({ level }) => level !== 'ok'))).toEqual([expected]);
  });
});

describe('a database', () => {
  const healthy: DatabaseReading = {
    migrations: { appliedMs: 2, programMs: 2 },
    writeFailure: null,
    heldLanes: [],
  };
  const lane = { chain: 'hub', pid: 1, from: null, since: new Date(0) };

  it.each<[string, Partial<DatabaseReading>, string[]]>([
    ['is well', {}, []],
    ['is older than the program', { migrations: { appliedMs: 1, programMs: 2 } }, ['migrations: warning']],
    ['is newer than the program', { migrations: { appliedMs: 3, programMs: 2 } }, ['migrations: problem']],
    ['is empty', { migrations: { appliedMs: null, programMs: 2 } }, ['migrations: warning']],
    ['cannot be written', { writeFailure: 'read-only' }, ['database: problem']],
    ['is used by a node with the same key', { heldLanes: [lane] }, ['lanes: warning']],
  ])('%s', (_, change, expected) => {
    const findings = judgeDatabase({ value: { ...healthy, ...change } });
    expect(brief(findings.filter(({ level }) => level !== 'ok'))).toEqual(expected);
  });

  it('that does not answer is one problem', () => {
    expect(brief(judgeDatabase({ failure: 'refused' }))).toEqual(['database: problem']);
  });
});

describe('a reading', () => {
  it('says why there is nothing, and does not wait for what hangs', async () => {
    expect(await read(() => Promise.reject(new Error('refused')))).toEqual({ failure: 'refused' });
    expect(await read(() => new Promise(() => undefined), 5)).toEqual({ failure: 'no answer within 0.005 s' });
    expect(await read(() => Promise.resolve(null))).toEqual({ value: null });
  });
});

describe('a report', () => {
  const findings = [ok('a', 'is'), warning('bb', 'might', 'look'), problem('c', 'is not', 'do it')];

  it('is as bad as the worst finding', () => {
    expect([0, 1, 2, 3].map((count) => levelOf(findings.slice(0, count)))).toEqual(['ok', 'ok', 'warning', 'problem']);
  });

  it('is a table for people and one object for programs', () => {
    expect(findingTable(findings).split('\n')).toEqual([
      'ok       a   is',
      'warning  bb  might',
      '             look',
      'PROBLEM  c   is not',
      '             do it',
      '',
      '1 problems, 1 warnings, 1 ok',
    ]);
    expect(JSON.parse(findingJson(findings))).toEqual({ level: 'problem', findings });
  });
});
