import type { Command } from 'commander';
import { verifyAuction } from '@ala/shared/client/verifyAuction';
import { AlaError } from '@ala/shared/errors';
import { toAuctionId } from '@ala/shared/ids';
import { STATUS } from './ending.js';
import { networkOptions, onNetwork, type NetworkOptions } from './openNetwork.js';
import { print, progress, styled, terminalOf } from './terminal.js';

/** `ala verify`. Status 0: every plan is what clearing gives; 1: one is not. */
export function verifyCommand(parent: Command): void {
  networkOptions(
    parent
      .command('verify')
      .description('check from the chains alone that the committed plans of an auction are what clearing gives')
      .argument('<auction-id>', '0x and 64 hex digits'),
  ).action(verify);
}

async function verify(id: string, options: NetworkOptions): Promise<void> {
  const terminal = terminalOf(options);
  const auctionId = toAuctionId(id);
  await onNetwork(options, async ({ deployment, chains }) => {
    const providerOf = (name: string) => {
      const chain = chains.find((candidate) => candidate.name === name);
      if (chain === undefined) throw new AlaError(`no chain named ${name} in the deployment file`);
      return chain.provider;
    };
    progress('reading the plans that the hub has committed');
    const onPlan = (plan: string, number: number, count: number): void =>
      progress(`clearing again: plan ${plan}, ${number} of ${count}`);
    const plans = await verifyAuction({ network: deployment, providerOf, auctionId, onPlan });
    print(terminal, { plans }, () =>
      plans
        .flatMap(({ planHash, round, problems }) => {
          const verdict = problems.length === 0 ? styled(terminal, 'green', 'yes') : styled(terminal, 'red', 'no ');
          return [`${verdict}  round ${round}  plan ${planHash}`, ...problems.map((problem) => `     ${problem}`)];
        })
        .join('\n'),
    );
    process.exitCode = plans.every(({ problems }) => problems.length === 0) ? STATUS.done : STATUS.no;
  });
}
