// Generated from contracts/src/hub/ExchangeVault.sol by "npm run abis --workspace contracts". Not edited by hand.
/** The ABI of ExchangeVault, for ethers' Interface. */
export const exchangeVaultAbi = [
  "constructor()",
  "function exchange(address source, bytes32 auctionId, address debtToken, uint256 debtIn, address collateralToken, uint256 collateralOut)",
  "function hub() view returns (address)",
  "error CallerNotHub(address caller)",
  "error ExchangeMismatch(uint256 debtExpected, uint256 debtTaken, uint256 collateralExpected, uint256 collateralGiven)",
  "error SafeERC20FailedOperation(address token)",
] as const;
