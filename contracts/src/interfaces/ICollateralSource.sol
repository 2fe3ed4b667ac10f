// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuctionId} from "../libraries/Types.sol";

/// @title ICollateralSource
/// @notice What a lending protocol implements, or an adapter in front of one, to have its liquidations filled by ALA.
interface ICollateralSource {
    /// @notice What the source can still take and give for the auction at this moment.
    /// @return debtTakeable Debt token, smallest units.
    /// @return collateralAvailable Collateral token, smallest units.
    function quote(AuctionId auctionId) external view returns (uint256 debtTakeable, uint256 collateralAvailable);

    /// @notice Pulls exactly `debtIn` debt tokens from the caller and transfers it exactly `collateralOut` collateral, or reverts.
    /// @dev Called by the hub's `ExchangeVault` only.
    function exchange(AuctionId auctionId, uint256 debtIn, uint256 collateralOut) external;
}
