// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILiquiditySpoke} from "../../src/interfaces/ILiquiditySpoke.sol";

/// @notice Bids for many LPs in one transaction, out of its own tokens.
contract Crowd {
    /// @return firstBidId The others follow it.
    function placeBids(
        ILiquiditySpoke spoke,
        IERC20 debtToken,
        uint32 basket,
        uint8 tier,
        uint128 amountEach,
        uint256 lps
    ) external returns (uint256 firstBidId) {
        debtToken.approve(address(spoke), amountEach * lps);
        for (uint256 i = 0; i < lps; ++i) {
            // Bids need no distinct owners to be distinct LPs of the pool, but so it is in life.
            address lp = address(uint160(uint256(keccak256(abi.encode(tier, i)))));
            uint256 bidId = spoke.placeBid(basket, tier, amountEach, lp);
            if (i == 0) firstBidId = bidId;
        }
    }
}
