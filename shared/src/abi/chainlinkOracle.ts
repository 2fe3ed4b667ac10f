// Generated from contracts/src/hub/ChainlinkOracle.sol by "npm run abis --workspace contracts". Not edited by hand.
/** The ABI of ChainlinkOracle, for ethers' Interface. */
export const chainlinkOracleAbi = [
  "constructor(address feed_, uint8 collateralDecimals, uint8 debtDecimals, uint32 maxAgeSec_, address sequencerFeed_, uint32 sequencerGraceSec_)",
  "function feed() view returns (address)",
  "function maxAgeSec() view returns (uint32)",
  "function priceE36() view returns (uint256)",
  "function scale() view returns (uint256)",
  "function sequencerFeed() view returns (address)",
  "function sequencerGraceSec() view returns (uint32)",
  "error AnswerFromFuture(uint256 updatedAt, uint256 nowSec)",
  "error AnswerNotPositive(int256 answer)",
  "error AnswerStale(uint256 updatedAt, uint256 nowSec, uint256 maxAgeSec)",
  "error DecimalsOutOfRange(uint256 collateralDecimals, uint256 debtDecimals, uint256 feedDecimals)",
  "error FeedZero()",
  "error MaxAgeZero()",
  "error SequencerDown()",
  "error SequencerUpTooShortly(uint256 upSinceSec, uint256 nowSec, uint256 graceSec)",
] as const;
