import { Interface } from 'ethers';

/** How to ask the bridges' own contracts how a path is secured; ALA calls none of these to change anything. */
export const layerZeroEndpoint = new Interface([
  'function eid() view returns (uint32)',
  'function delegates(address oapp) view returns (address delegate)',
  'function getSendLibrary(address oapp, uint32 eid) view returns (address lib)',
  'function isDefaultSendLibrary(address oapp, uint32 eid) view returns (bool isDefault)',
  'function getReceiveLibrary(address oapp, uint32 eid) view returns (address lib, bool isDefault)',
  'function getConfig(address oapp, address lib, uint32 eid, uint32 configType) view returns (bytes config)',
]);

export const layerZeroOft = new Interface([
  'function token() view returns (address)',
  'function endpoint() view returns (address)',
  'function sharedDecimals() view returns (uint8)',
  'function owner() view returns (address)',
  'function peers(uint32 eid) view returns (bytes32 peer)',
]);

/** What `getConfig` of this type answers is ABI-encoded as `ULN_TYPE`, defaults filled in. */
export const ULN_CONFIG = 2;
export const ULN_TYPE =
  'tuple(uint64 confirmations, uint8 requiredDVNCount, uint8 optionalDVNCount, uint8 optionalDVNThreshold, address[] requiredDVNs, address[] optionalDVNs)';

export const wormholeCore = new Interface(['function chainId() view returns (uint16)']);

export const wormholeTokenBridge = new Interface([
  'function wormhole() view returns (address)',
  'function chainId() view returns (uint16)',
  'function finality() view returns (uint8)',
  'function bridgeContracts(uint16 chain) view returns (bytes32 emitter)',
  'function isWrappedAsset(address token) view returns (bool)',
]);

/** On a production network one compromised verifier must not be enough, in either direction. */
export const LEAST_REQUIRED_DVNS = 2;
