import { Interface } from 'ethers';
import { operatorSetAbi } from '@ala/shared/abi/operatorSet';
import { chainOf, type Deployment } from '@ala/shared/deployment';
import type { Address } from '@ala/shared/ids';
import { operatorKeyProblems, readOperatorSet, type OperatorSetOnChain } from '../auction/operatorKeys.js';
import type { Chain } from '../chain/chain.js';
import { readContract } from '../chain/contracts.js';
import { ok, problem, warning, type Finding } from './finding.js';
import { read, type Reading } from './reading.js';

/** A contract of the deployment file, by what the file calls it. */
export interface NamedContract {
  readonly name: string;
  readonly address: Address;
}

export interface SetReading {
  /** Null if there is no such set. */
  readonly set: OperatorSetOnChain | null;
  /** Last second at which its plans are accepted. */
  readonly validUntilSec: bigint;
}

export interface ContractsReading {
  readonly withoutCode: Reading<readonly NamedContract[]>;
  readonly operatorSets: readonly { readonly contract: NamedContract; readonly reading: Reading<SetReading> }[];
  readonly pauses: readonly { readonly contract: NamedContract; readonly stage: Reading<number> }[];
}

export interface ContractsArgs {
  readonly chain: string;
  readonly setId: number;
  readonly operatorKeys: readonly string[];
  readonly nowMs: number;
}

const operatorSetInterface = new Interface(operatorSetAbi);
const pauseInterface = new Interface(['function pauseStage() view returns (uint8)']);

/** What each stage of `StagedPause` stops, the stages below it included. */
const STOPPED = ['nothing', 'new auctions', 'new auctions and calls', 'new auctions, calls and deposits'];

/** Every contract that has to stand on a chain, bridges included. */
export function contractsOn(deployment: Deployment, chainName: string): NamedContract[] {
  const { hub, markets, spokes, baskets } = deployment;
  const { timelock, layerzero, wormhole } = chainOf(deployment, chainName);
  const onHub = hub.chain === chainName;
  const found: [string, Address | undefined][] = [
    ['timelock', timelock ?? undefined],
    ['layerzero.endpoint', layerzero?.endpoint],
    ['layerzero.sendUln', layerzero?.sendUln],
    ['layerzero.receiveUln', layerzero?.receiveUln],
    ['wormhole.core', wormhole?.core],
    ['wormhole.tokenBridge', wormhole?.tokenBridge],
  ];
  if (onHub) {
    const { auctionHub, exchangeVault, engine, operatorSet } = hub;
    found.push(...Object.entries({ auctionHub, exchangeVault, engine, operatorSet }));
    found.push(...baskets.map(({ id, debtToken }): [string, Address] => [`debt token of basket ${id}`, debtToken]));
    for (const { id, source, oracle, collateralToken } of markets) {
      const parts = Object.entries({ source, oracle, collateralToken });
      found.push(...parts.map(([part, address]): [string, Address] => [`${part} of market ${id}`, address]));
    }
  }
  for (const spoke of spokes) {
    const { id, chain, port, hubPort, engine, views, operatorSet, tokens, ofts } = spoke;
    if (onHub) found.push([`hubPort of spoke ${id}`, hubPort]);
    if (onHub) found.push(...[...ofts.values()].map((pair): [string, Address] => [`OFT of spoke ${id}`, pair.hub]));
    if (chain !== chainName) continue;
    const parts = Object.entries({ spoke: spoke.spoke, port, engine, views, operatorSet });
    found.push(...parts.map(([part, address]): [string, Address] => [`${part} of spoke ${id}`, address]));
    found.push(...[...tokens.values()].map((token): [string, Address] => [`token of spoke ${id}`, token]));
    found.push(...[...ofts.values()].map((pair): [string, Address] => [`OFT of spoke ${id}`, pair.spoke]));
  }
  return distinct(found.flatMap(([name, address]) => (address === undefined ? [] : [{ name, address }])));
}

export async function readContracts(deployment: Deployment, chain: Chain, setId: number): Promise<ContractsReading> {
  const { provider } = chain;
  const contracts = contractsOn(deployment, chain.name);
  const isSet = ({ address }: NamedContract) =>
    [deployment.hub, ...deployment.spokes].some((part) => part.operatorSet === address);
  const isPaused = ({ address }: NamedContract) =>
    address === deployment.hub.auctionHub || deployment.spokes.some(({ spoke }) => spoke === address);
  const [withoutCode, operatorSets, pauses] = await Promise.all([
    read(async () => {
      const codes = await Promise.all(contracts.map(({ address }) => provider.getCode(address)));
      return contracts.filter((_, index) => codes[index] === '0x');
    }),
    Promise.all(
      contracts.filter(isSet).map(async (contract) => ({
        contract,
        reading: await read(() => readSet(chain, contract.address, setId)),
      })),
    ),
    Promise.all(
      contracts.filter(isPaused).map(async (contract) => ({
        contract,
        stage: await read(async () => {
          const target = { address: contract.address, abi: pauseInterface };
          return Number((await readContract(provider, target, 'pauseStage', []))[0]);
        }),
      })),
    ),
  ]);
  return { withoutCode, operatorSets, pauses };
}

async function readSet(chain: Chain, address: Address, setId: number): Promise<SetReading> {
  const set = await readOperatorSet(chain, address, setId);
  if (set === null) return { set, validUntilSec: 0n };
  const target = { address, abi: operatorSetInterface };
  const [validUntil] = await readContract(chain.provider, target, 'validUntilOf', [setId]);
  return { set, validUntilSec: BigInt(String(validUntil)) };
}

/** Pure: what is to be said of ALA's contracts on a chain. */
export function judgeContracts(args: ContractsArgs, reading: ContractsReading): Finding[] {
  return [
    ...judgeCode(args, reading.withoutCode),
    ...reading.operatorSets.flatMap((each) => judgeSet(args, each.contract, each.reading)),
    ...reading.pauses.map(({ contract, stage }) => judgePause(args, contract, stage)),
  ];
}

function judgeCode({ chain }: ContractsArgs, withoutCode: Reading<readonly NamedContract[]>): Finding[] {
  const check = `code ${chain}`;
  const todo = `correct the address in the deployment file, or rpcUrl of ${chain}; "ala deploy verify" compares all of it`;
  if ('failure' in withoutCode) return [problem(check, withoutCode.failure, todo)];
  if (withoutCode.value.length === 0) return [ok(check, 'every contract of the deployment file is there')];
  return withoutCode.value.map(({ name, address }) => problem(check, `no code at ${address}, ${name}`, todo));
}

function judgeSet(args: ContractsArgs, { address }: NamedContract, reading: Reading<SetReading>): Finding[] {
  const { chain, setId, operatorKeys, nowMs } = args;
  const check = `operators ${chain}`;
  if ('failure' in reading) {
    const todo = 'correct operatorSet in the deployment file';
    return [problem(check, `${address} does not answer as an OperatorSet: ${reading.failure}`, todo)];
  }
  const { set, validUntilSec } = reading.value;
  const todo = 'set operatorSetId and operatorKeys (or ALA_OPERATOR_KEYS) to a quorum of one set';
  const problems = operatorKeyProblems(setId, set, operatorKeys);
  if (set === null || problems.length > 0) return problems.map((says) => problem(check, says, todo));
  const nowSec = BigInt(Math.floor(nowMs / 1_000));
  if (validUntilSec < nowSec) {
    const another = 'set operatorSetId and operatorKeys to the set that has taken its place';
    return [problem(check, `set ${setId} is retired: its plans are refused`, another)];
  }
  return [ok(check, `set ${setId}: ${operatorKeys.length} keys, quorum ${set.quorum} of ${set.operators.length}`)];
}

function judgePause({ chain }: ContractsArgs, { name, address }: NamedContract, stage: Reading<number>): Finding {
  const check = `pause ${chain}`;
  if ('failure' in stage) {
    return problem(check, `${name} ${address}: ${stage.failure}`, 'correct its address in the deployment file');
  }
  if (stage.value === 0) return ok(check, `${name} is not paused`);
  const says = `${name} is paused at stage ${stage.value}: ${STOPPED[stage.value] ?? 'unknown stage'} stopped`;
  return warning(check, says, 'ask guardian or owner why; what is under way still comes home');
}

function distinct(contracts: readonly NamedContract[]): NamedContract[] {
  const byAddress = new Map(contracts.map((contract) => [contract.address, contract]));
  return [...byAddress.values()];
}
