import { KIND_COLLATERAL, KIND_REFUND, routeKey, type SpokeFacts, type World } from './facts.js';

export const DEBT = '0xDebt';
export const COLLATERAL = '0xCollateral';
const LOCAL_DEBT = '0xDebtOnA';
const LOCAL_COLLATERAL = '0xCollateralOnA';
const AUCTION = '0xauction';
const DECIMALS = { localDecimals: 6, hubDecimals: 6 };

/** 2 debt units for one collateral unit; tiers of 50 bps; operator fee 10 bps. */
const PRICE_E36 = 2n * 10n ** 36n;

const landed = { sharesAtCall: 1_000_000n, landed: true };
const outstanding = {
  sharesAtCall: 1_000_000n,
  landed: false,
  collateralToken: '0x0',
  collateralLocal: 0n,
  refundLocal: 0n,
};

/** Reached over a bridge: one leg came home in both parts, one is on its way out, one on its way home. */
const bid = (bidId: bigint, tier: number) => ({
  bidId,
  basket: 1,
  tier,
  amount: 0n,
  isContinued: false,
  entered: true,
  entering: 0n,
  standby: 0n,
  collectable: 0n,
});

const spokeA: SpokeFacts = {
  id: 1,
  chain: 'spokeA',
  tokens: [
    { hubToken: DEBT, token: LOCAL_DEBT, ...DECIMALS, balanceLocal: 370_000n },
    { hubToken: COLLATERAL, token: LOCAL_COLLATERAL, ...DECIMALS, balanceLocal: 750n },
  ],
  debtTokens: new Map([[1, { hubToken: DEBT, token: LOCAL_DEBT, ...DECIMALS, balanceLocal: 370_000n }]]),
  bids: [
    { ...bid(1n, 0), amount: 1_000_000n },
    { ...bid(2n, 0), isContinued: true, entered: false, standby: 289_999n },
    // Left with 200,000, of which its owner has collected 160,000 by another bid.
    { ...bid(3n, 0), isContinued: true, entered: false },
    { ...bid(4n, 0), isContinued: true, entered: false, collectable: 40_000n },
    // 30,000, not active yet: 20,000 deposited and 10,000 of a refund.
    { ...bid(5n, 0), amount: 20_000n, entering: 20_000n },
    { ...bid(6n, 0), amount: 10_000n, isContinued: true, entering: 10_000n },
  ],
  withdrawals: [{ bidId: 3n, amount: 160_000n }],
  rebids: [{ bidId: 2n, amount: 10_000n }],
  inFlight: new Map([[1, 110_000n]]),
  claims: [
    { bidId: 2n, token: LOCAL_COLLATERAL, amountLocal: 150_000n },
    { bidId: 2n, token: LOCAL_DEBT, amountLocal: 90_000n },
  ],
  claimables: [
    { bidId: 2n, token: LOCAL_COLLATERAL, amountLocal: 749n },
    { bidId: 2n, token: LOCAL_DEBT, amountLocal: 10_000n },
  ],
  capitalCalls: [
    {
      legId: '0xleg1',
      auctionId: AUCTION,
      messageId: '0xout1',
      basket: 1,
      fills: [{ tier: 0, gen: 0, amount: 400_000n }],
    },
    {
      legId: '0xleg3',
      auctionId: AUCTION,
      messageId: '0xout3',
      basket: 1,
      fills: [{ tier: 0, gen: 1, amount: 50_000n }],
    },
    {
      legId: '0xleg4',
      auctionId: AUCTION,
      messageId: '0xout4',
      basket: 1,
      fills: [{ tier: 0, gen: 2, amount: 60_000n }],
    },
  ],
  results: [
    { legId: '0xleg1', tier: 0, gen: 0, kind: KIND_COLLATERAL, amountLocal: 150_750n },
    { legId: '0xleg1', tier: 0, gen: 0, kind: KIND_REFUND, amountLocal: 100_000n },
  ],
  pools: [
    {
      basket: 1,
      tier: 0,
      assets: 290_000n,
      entering: 30_000n,
      buckets: [{ name: 'entry at 600', inView: 30_000n, inEvents: 30_000n }],
      finalized: 1,
      calls: [
        { ...landed, collateralToken: LOCAL_COLLATERAL, collateralLocal: 150_750n, refundLocal: 100_000n },
        outstanding,
        outstanding,
      ],
    },
  ],
};

/** On the hub's own chain: half of its leg is used, the rest waits at the hub. */
const spokeOnHub: SpokeFacts = {
  id: 3,
  chain: 'hub',
  tokens: [
    { hubToken: DEBT, token: DEBT, ...DECIMALS, balanceLocal: 300_000n },
    { hubToken: COLLATERAL, token: COLLATERAL, ...DECIMALS, balanceLocal: 0n },
  ],
  debtTokens: new Map([[1, { hubToken: DEBT, token: DEBT, ...DECIMALS, balanceLocal: 300_000n }]]),
  bids: [{ ...bid(1n, 1), amount: 500_000n, standby: 300_000n }],
  withdrawals: [],
  rebids: [],
  inFlight: new Map([[1, 200_000n]]),
  claims: [],
  claimables: [],
  capitalCalls: [
    {
      legId: '0xleg2',
      auctionId: AUCTION,
      messageId: '0xout2',
      basket: 1,
      fills: [{ tier: 1, gen: 0, amount: 200_000n }],
    },
  ],
  results: [],
  pools: [
    {
      basket: 1,
      tier: 1,
      assets: 300_000n,
      entering: 0n,
      buckets: [],
      finalized: 0,
      calls: [outstanding],
    },
  ],
};

/** A liquidation in the middle, worked out by hand: every identity holds in it. */
export const world: World = {
  tokens: new Map([
    [DEBT, { address: DEBT, symbol: 'tUSD', decimals: 6 }],
    [COLLATERAL, { address: COLLATERAL, symbol: 'tETH', decimals: 6 }],
  ]),
  hub: {
    chain: 'hub',
    baskets: new Map([[1, { id: 1, debtToken: DEBT, tierStepBps: 50 }]]),
    auctions: new Map([
      [
        AUCTION,
        {
          auctionId: AUCTION,
          basket: 1,
          collateralToken: COLLATERAL,
          debtToCover: 600_000n,
          maxCollateral: 400_000n,
          debtUsed: 400_000n,
          collateralOut: 201_450n,
          debtCovered: 400_000n,
        },
      ],
    ]),
    arrivals: [
      { legId: '0xleg1', spoke: 1, messageId: '0xout1', credited: 400_000n },
      { legId: '0xleg2', spoke: 3, messageId: '0xout2', credited: 200_000n },
      { legId: '0xleg4', spoke: 1, messageId: '0xout4', credited: 60_000n },
    ],
    exchanges: [
      {
        legId: '0xleg1',
        blockNumber: 10,
        priceE36: PRICE_E36,
        oraclePricesE36: [PRICE_E36 + 1n, PRICE_E36],
        results: [{ used: 300_000n, collateral: 150_750n }],
        fee: 150n,
        ended: false,
      },
      {
        legId: '0xleg2',
        blockNumber: 10,
        priceE36: PRICE_E36,
        oraclePricesE36: [PRICE_E36 + 1n, PRICE_E36],
        results: [{ used: 100_000n, collateral: 50_500n }],
        fee: 50n,
        ended: false,
      },
    ],
    releases: [
      { legId: '0xleg1', refund: 100_000n },
      { legId: '0xleg4', refund: 60_000n },
    ],
    receipts: [
      { legId: '0xleg1', messageId: '0xhome1', kind: KIND_COLLATERAL, amount: 150_750n },
      { legId: '0xleg1', messageId: '0xhome2', kind: KIND_REFUND, amount: 100_000n },
      { legId: '0xleg4', messageId: '0xhome3', kind: KIND_REFUND, amount: 60_000n },
    ],
    routeUnits: new Map([
      [routeKey(1, DEBT), 1n],
      [routeKey(1, COLLATERAL), 10n],
      [routeKey(3, DEBT), 1n],
      [routeKey(3, COLLATERAL), 1n],
    ]),
    flows: new Map([
      [
        DEBT,
        {
          paidToSources: 400_000n,
          givenBySources: 0n,
          feesPaid: 0n,
          hubBalance: 100_000n,
          operatorsBalance: 0n,
          feesUnclaimed: 0n,
        },
      ],
      [
        COLLATERAL,
        {
          paidToSources: 0n,
          givenBySources: 201_450n,
          feesPaid: 150n,
          hubBalance: 50_550n,
          operatorsBalance: 150n,
          feesUnclaimed: 150n,
        },
      ],
    ]),
  },
  spokes: [spokeA, spokeOnHub],
  sent: [
    { messageId: '0xout1', chain: 'spokeA', token: LOCAL_DEBT, amountLocal: 400_000n },
    { messageId: '0xout2', chain: 'hub', token: DEBT, amountLocal: 200_000n },
    { messageId: '0xout3', chain: 'spokeA', token: LOCAL_DEBT, amountLocal: 50_000n },
    { messageId: '0xout4', chain: 'spokeA', token: LOCAL_DEBT, amountLocal: 60_000n },
    { messageId: '0xhome1', chain: 'hub', token: COLLATERAL, amountLocal: 150_750n },
    { messageId: '0xhome2', chain: 'hub', token: DEBT, amountLocal: 100_000n },
    { messageId: '0xhome3', chain: 'hub', token: DEBT, amountLocal: 60_000n },
  ],
  delivered: [
    { messageId: '0xout1', chain: 'hub', token: DEBT, amountLocal: 400_000n },
    { messageId: '0xout2', chain: 'hub', token: DEBT, amountLocal: 200_000n },
    { messageId: '0xout4', chain: 'hub', token: DEBT, amountLocal: 60_000n },
    { messageId: '0xhome1', chain: 'spokeA', token: LOCAL_COLLATERAL, amountLocal: 150_750n },
    { messageId: '0xhome2', chain: 'spokeA', token: LOCAL_DEBT, amountLocal: 100_000n },
  ],
  escrows: [
    { holder: '0xAdapter', chain: 'hub', token: DEBT, balance: 480_000n, supply: 370_000n, inFlight: 110_000n },
  ],
  ports: [{ port: '0xPort', chain: 'spokeA', token: DEBT, balanceLocal: 60_000n, undeliveredLocal: 60_000n }],
  orphans: [],
};
