import { expect, it } from 'vitest';
import { toChainId, toLegId, toSpokeId } from '@ala/shared/ids';
import { hubInterface } from './chain/contracts.js';
import { blocks, legs } from './db/chainTables.js';
import { useOpenDatabase } from './db/openTestDatabase.js';
import { prepareIntent, type PrepareArgs } from './prepareIntent.js';

const database = useOpenDatabase();

const hub = `0x${'aa'.repeat(20)}`;
const legId = toLegId(`0x${'cc'.repeat(32)}`);
const dispatch = {
  kind: 'dispatch',
  receipt: 'settled',
  spoke: toSpokeId(1),
  leg: { legId, message: '0x', results: [], fee: 0n },
} as const;

/** The hub is simulated: it says of every leg that it has arrived and not ended. */
function argsOf(): PrepareArgs {
  const fields = hubInterface.getFunction('legStatus')?.outputs[0]?.components ?? [];
  const status = fields.map(({ name, type }) =>
    type === 'bool' ? name === 'arrived' : type === 'bytes32' ? legId : 0,
  );
  const answer = hubInterface.encodeFunctionResult('legStatus', [status]);
  const provider = { call: () => Promise.resolve(answer) };
  const parts = { db: database.db, chain: { provider }, config: { deployment: { hub: { auctionHub: hub } } } };
  return parts as unknown as PrepareArgs;
}

it('waits with the receipts of a leg whose end the hub does not show yet, and gives them up once a reorg has taken it back', async () => {
  const { db } = database;
  const at = { chainId: toChainId(1), blockNumber: 1 };
  await db.insert(blocks).values({ chainId: at.chainId, number: 1, hash: '0x01', parentHash: '0x00', timestampSec: 1 });
  await db.insert(legs).values({ ...at, logIndex: 0, legId, auctionId: null, kind: 'settled', data: { ended: true } });
  expect(await prepareIntent(argsOf(), dispatch)).toMatchObject({ status: 'notReady' });
  await db.delete(legs);
  const preparation = await prepareIntent(argsOf(), dispatch);
  if (preparation.status !== 'obsolete') throw new Error(`it is ${preparation.status}`);
  const isStill = () => db.transaction(async (tx) => preparation.isStill?.(tx));
  expect(await isStill()).toBe(true);
  await db.insert(legs).values({ ...at, logIndex: 0, legId, auctionId: null, kind: 'settled', data: { ended: true } });
  expect(await isStill()).toBe(false);
});
