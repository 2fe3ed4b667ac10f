// Generated from contracts/src/devnet/DevnetPriceFeed.sol by "npm run abis --workspace contracts". Not edited by hand.
/** The ABI of DevnetPriceFeed, for ethers' Interface. */
export const devnetPriceFeedAbi = [
  "constructor(string description_, uint8 decimals_, int256 answer, address owner_)",
  "function decimals() view returns (uint8)",
  "function description() view returns (string)",
  "function getRoundData(uint80 roundId_) view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
  "function latestRound() view returns (uint80)",
  "function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
  "function owner() view returns (address)",
  "function renounceOwnership()",
  "function setAnswer(int256 answer)",
  "function transferOwnership(address newOwner)",
  "function version() view returns (uint256)",
  "event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)",
  "event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)",
  "error NoDataPresent(uint80 roundId)",
  "error OwnableInvalidOwner(address owner)",
  "error OwnableUnauthorizedAccount(address account)",
] as const;
