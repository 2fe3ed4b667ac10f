// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IAuctionHubEvents} from "../interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../interfaces/ICollateralSource.sol";
import {AuctionId} from "../libraries/Types.sol";

/// @title ExchangeVault
/// @notice Stands between the hub and the sources for the moment of an exchange. No port delivers here and nothing
/// stays here, so a difference of its balances is what the source took and gave, and nothing else.
contract ExchangeVault {
    using SafeERC20 for IERC20;

    /// @notice The only caller.
    address public immutable hub;

    error CallerNotHub(address caller);

    constructor() {
        hub = msg.sender;
    }

    /// @notice Lets `source` take exactly `debtIn` of this vault's debt tokens and hands the `collateralOut` that it must
    /// give for them to the hub. The hub only, which has transferred `debtIn` here before.
    /// @dev Reverts with `IAuctionHubEvents.ExchangeMismatch` when the source took or gave anything else.
    function exchange(
        ICollateralSource source,
        AuctionId auctionId,
        IERC20 debtToken,
        uint256 debtIn,
        IERC20 collateralToken,
        uint256 collateralOut
    ) external {
        if (msg.sender != hub) revert CallerNotHub(msg.sender);
        uint256 debtBefore = debtToken.balanceOf(address(this));
        uint256 collateralBefore = collateralToken.balanceOf(address(this));

        debtToken.forceApprove(address(source), debtIn);
        source.exchange(auctionId, debtIn, collateralOut);

        uint256 debtAfter = debtToken.balanceOf(address(this));
        uint256 collateralAfter = collateralToken.balanceOf(address(this));
        // Saturating: a source that pays debt tokens in, or takes collateral away, took or gave nothing.
        uint256 debtTaken = debtBefore > debtAfter ? debtBefore - debtAfter : 0;
        uint256 collateralGiven = collateralAfter > collateralBefore ? collateralAfter - collateralBefore : 0;
        if (debtTaken != debtIn || collateralGiven != collateralOut) {
            revert IAuctionHubEvents.ExchangeMismatch(debtIn, debtTaken, collateralOut, collateralGiven);
        }
        // All that was allowed has been taken, so no allowance is left behind.
        collateralToken.safeTransfer(hub, collateralOut);
    }
}
