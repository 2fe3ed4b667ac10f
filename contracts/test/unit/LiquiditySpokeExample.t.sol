// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LegId} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice The worked example of the pool accounting: a bid placed after a call that is on its way gets nothing of it, and
/// one that leaves in between still gets its part.
contract LiquiditySpokeExampleTest is SpokeFixture {
    uint8 private constant TIER = 0;
    uint128 private constant ONE_DEBT = 1e6;
    uint128 private constant ONE_COLLATERAL = 1e18;

    /// @dev A bids 100, B 300; call 1 takes 200; C bids 200; call 2 takes 100; B withdraws 75. Call 2 settles first with
    /// 105 collateral; call 1 brings 105 collateral and 100 refund.
    function test_WorkedExample() public {
        address lpB = makeAddr("B");
        uint256 a = placeBid(makeAddr("A"), TIER, 100 * ONE_DEBT);
        uint256 b = placeBid(lpB, TIER, 300 * ONE_DEBT);
        LegId call1 = callPool(TIER, 200 * ONE_DEBT);
        uint256 c = placeBid(makeAddr("C"), TIER, 200 * ONE_DEBT);
        LegId call2 = callPool(TIER, 100 * ONE_DEBT);
        uint256 bRest = withdraw(b, 75 * ONE_DEBT);
        assertEq(debt.balanceOf(lpB), 75 * ONE_DEBT, "B withdrew");

        settle(call2, TIER, 1, 105 * ONE_COLLATERAL, 0);
        assertEq(spoke.pool(BASKET, TIER).finalized, 0, "the later result waits");
        settle(call1, TIER, 0, 105 * ONE_COLLATERAL, 1);
        assertEq(spoke.pool(BASKET, TIER).finalized, 0, "one part of two");
        refund(call1, TIER, 0, 100 * ONE_DEBT, 1);
        assertEq(spoke.pool(BASKET, TIER).finalized, 2, "both in order");

        assertApproxEqAbs(claimAll(a, address(collateral)), 39.375e18, 1, "A collateral");
        assertApproxEqAbs(claimAll(a, address(debt)), 25 * ONE_DEBT, 1, "A refund");
        assertApproxEqAbs(spoke.bid(a).standby, 37.5e6, 1, "A standby");
        uint256 bCollateral = claimAll(b, address(collateral)) + claimAll(bRest, address(collateral));
        uint256 bRefund = claimAll(b, address(debt)) + claimAll(bRest, address(debt));
        assertApproxEqAbs(bCollateral, 118.125e18, 1, "B collateral");
        assertApproxEqAbs(bRefund, 75 * ONE_DEBT, 1, "B refund");
        assertApproxEqAbs(spoke.bid(bRest).standby, 37.5e6, 1, "B standby");
        assertEq(spoke.bid(b).standby, 0, "B's first bid is closed");
        assertApproxEqAbs(claimAll(c, address(collateral)), 52.5e18, 1, "C collateral");
        assertEq(claimAll(c, address(debt)), 0, "C refund");
        assertApproxEqAbs(spoke.bid(c).standby, 150 * ONE_DEBT, 1, "C standby");

        assertGe(debt.balanceOf(address(spoke)), spoke.pool(BASKET, TIER).assets, "debt token covered");
    }
}
