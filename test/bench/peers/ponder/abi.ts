import { parseAbi } from 'viem';

export const spokeEventsAbi = parseAbi([
  'event BidPlaced(uint256 indexed bidId, address indexed owner, uint32 indexed basket, uint8 tier, uint128 amount, uint40 activeAt)',
  'event EntriesUpdated(uint32 indexed basket, uint8 indexed tier, uint40 indexed activeAt, uint128 amount)',
]);
