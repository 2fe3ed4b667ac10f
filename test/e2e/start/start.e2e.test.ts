import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { processesNaming, StartCommand } from './startCommand.js';

interface Report {
  readonly ok: boolean;
  readonly auction: { readonly debtToCover: string; readonly debtCovered: string; readonly rounds: number };
  readonly legs: readonly {
    readonly bridge: string;
    readonly drawn: string;
    readonly collateral: string;
    readonly refunded: string;
  }[];
  readonly conservation: { readonly ok: boolean };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ala-start-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const start = (name: string, basePort: number, ...args: string[]): StartCommand =>
  new StartCommand([...args, '--base-port', String(basePort), '--data-dir', join(folder, name)]);

/** Nothing that names the run's folder is left: chains, stand-ins, relayer, database. */
const nothingLeftOf = (name: string) =>
  vi.waitFor(() => expect(processesNaming(join(folder, name))).toEqual([]), { timeout: 15_000, interval: 200 });

async function reportOf(command: StartCommand): Promise<Report> {
  const { status, lines, errors } = await command.end();
  expect(errors).toBe('');
  expect(status, lines.slice(-20).join('\n')).toBe(0);
  return JSON.parse(lines.at(-1) ?? '') as Report;
}

describe.concurrent('npm start -- --once --json', () => {
  test('covers the whole debt, at least a tenth of it over each bridge, and every token is accounted for', async () => {
    const report = await reportOf(start('liquidation', 18_560, '--once', '--json'));
    const { debtToCover, debtCovered } = report.auction;
    expect(report).toMatchObject({ ok: true, auction: { debtCovered: debtToCover }, conservation: { ok: true } });
    expect(report.legs.map((leg) => leg.bridge).sort()).toEqual(['layerzero', 'local', 'wormhole']);
    for (const leg of report.legs) expect(10n * BigInt(leg.drawn)).toBeGreaterThanOrEqual(BigInt(debtCovered));
    await nothingLeftOf('liquidation');
  });

  test('brings part of a leg home as a refund when the price falls while it is on its way', async () => {
    const report = await reportOf(start('refund', 18_570, '--once', '--json', '--scenario', 'refund'));
    expect(report).toMatchObject({ ok: true, conservation: { ok: true } });
    expect(BigInt(report.auction.debtCovered)).toBeLessThan(BigInt(report.auction.debtToCover));
    expect(report.legs.some((leg) => BigInt(leg.collateral) > 0n && BigInt(leg.refunded) > 0n)).toBe(true);
    await nothingLeftOf('refund');
  });
});

describe.concurrent('a run that is not let go to its end', () => {
  test.each([
    ['SIGINT', 18_580],
    ['SIGTERM', 18_590],
  ] as const)('%s in the middle of an auction ends everything, with status 130', async (signal, basePort) => {
    const command = start(signal, basePort);
    await command.printed('leave for the hub');
    command.kill(signal);
    expect(await command.end()).toMatchObject({ status: 130, errors: '' });
    await nothingLeftOf(signal);
  });

  test('SIGKILL too, though nobody is there to say so', async () => {
    const command = start('SIGKILL', 18_600);
    await command.printed('leave for the hub');
    expect(processesNaming(join(folder, 'SIGKILL')).length).toBeGreaterThan(4);
    command.kill('SIGKILL');
    await nothingLeftOf('SIGKILL');
  });
});

test('an unknown option is refused with the usage, status 2', async () => {
  const { status, errors } = await start('usage', 18_610, '--nonsense').end();
  expect(status).toBe(2);
  expect(errors).toMatch(/nonsense[^]*usage: npm start/);
});
