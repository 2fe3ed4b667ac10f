// Generated from contracts/src/libraries/MessageCodec.sol by "npm run abis --workspace contracts". Not edited by hand.
/** The ABI of MessageCodec, for ethers' Interface. */
export const messageCodecAbi = [
  "error TokenNotAddress(bytes32 token)",
  "error TooManyFills(uint256 count)",
  "error TooManyLegs(uint256 count)",
  "error UnknownFlags(uint8 flags)",
  "error UnknownKind(uint8 kind)",
  "error UnknownVersion(uint8 version)",
  "error WrongLength(uint256 expected, uint256 actual)",
] as const;
