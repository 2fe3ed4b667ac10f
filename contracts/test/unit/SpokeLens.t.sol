// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {KIND_LEG_SETTLED, LegId} from "../../src/libraries/Types.sol";
import {BidDetail, SpokeLens, TierDepth} from "../../src/spoke/SpokeLens.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice One call tells a front end what it shows.
contract SpokeLensTest is SpokeFixture {
    SpokeLens private _lens = new SpokeLens();
    address private _lp = makeAddr("lp");

    function test_Bids_TellStandbyExitsCallsAndClaims() public {
        uint256 bidId = placeBid(_lp, 3, 1024);
        LegId first = callPool(3, 256);
        settle(first, 3, 0, 512, 1);
        callPool(3, 128);
        (uint256 exitBidId, uint256 remainderBidId) = requestWithdraw(bidId, 320);
        uint256 entering = enterBid(_lp, 3, 50);

        BidDetail[] memory bids = _bids(bidId, exitBidId, remainderBidId, entering);
        assertEq(bids[0].calls.length, 2, "one waits for its second part, one for all");
        assertEq(bids[0].calls[0].state.collateral, 512);
        assertEq(bids[0].calls[1].drawnFromBid, 128);
        assertEq(bids[0].tokens.length, 1, "nothing can be claimed yet");
        assertEq(bids[1].state.standby, 320);
        assertGt(bids[1].state.exitAt, block.timestamp);
        assertEq(bids[1].calls.length, 0);
        assertEq(bids[2].state.standby, 320);
        assertEq(bids[3].state.entering, 50);

        refund(first, 3, 0, 64, 1);
        bids = _bids(bidId, exitBidId, remainderBidId, entering);
        assertEq(bids[0].calls.length, 1);
        assertEq(bids[0].tokens.length, 2);
        assertEq(bids[0].tokens[0].token, address(debt));
        assertEq(bids[0].tokens[1].token, address(collateral));
        assertEq(bids[0].tokens[1].amountLocal, 512);
        spoke.claim(bidId, address(collateral), bids[0].tokens[1].fromCheckpoint, bids[0].tokens[1].toCheckpoint);
    }

    function test_Bids_TellWhatComesOfSkippedCalls() public {
        uint256 bidId = placeBid(_lp, 3, 1024);
        LegId legId = callPool(3, 256);
        vm.warp(block.timestamp + 1 days + 1);
        spoke.skipCall(BASKET, 3, legId);
        assertEq(_detail(bidId).calls.length, 1, "it may still come");
        settle(legId, 3, 0, 300, 0);
        assertEq(_detail(bidId).calls[0].claimable, 300);
        spoke.claimSkipped(bidId, 0, KIND_LEG_SETTLED);
        assertEq(_detail(bidId).calls.length, 0);
    }

    function test_Bids_AreBoundedAndKnowNoStranger() public {
        uint256 bidId = placeBid(_lp, 3, 1024);
        for (uint256 i = 0; i < 5; ++i) {
            callPool(3, 10);
        }
        uint256[] memory ids = new uint256[](2);
        (ids[0], ids[1]) = (bidId, 99);
        BidDetail[] memory bids = _lens.bids(spoke, ids, 3);
        assertEq(bids[0].calls.length, 3);
        assertEq(bids[1].state.owner, address(0));
    }

    /// @dev What a plan may draw is what stays until its `callBy`.
    function test_Ladder_TellsDepthByTier() public {
        uint256 bidId = placeBid(_lp, 0, 1000);
        placeBid(_lp, 29, 70);
        (uint256 exitBidId,) = requestWithdraw(bidId, 400);
        uint40 exitAt = spoke.bid(exitBidId).exitAt;
        TierDepth[] memory tiers = _lens.ladder(spoke, BASKET, exitAt - 1);
        assertEq(tiers.length, 30);
        assertEq(tiers[0].premiumBps, 50);
        assertEq(tiers[29].premiumBps, 1500);
        assertEq(tiers[0].available, 1000);
        assertEq(tiers[0].buckets.length, 1);
        assertEq(tiers[29].available, 70);
        assertEq(_lens.ladder(spoke, BASKET, exitAt)[0].available, 600);
        assertEq(_lens.ladder(spoke, 9, exitAt).length, 0);
    }

    function _detail(uint256 bidId) private view returns (BidDetail memory) {
        uint256[] memory ids = new uint256[](1);
        ids[0] = bidId;
        return _lens.bids(spoke, ids, 10)[0];
    }

    function _bids(uint256 a, uint256 b, uint256 c, uint256 d) private view returns (BidDetail[] memory) {
        uint256[] memory ids = new uint256[](4);
        (ids[0], ids[1], ids[2], ids[3]) = (a, b, c, d);
        return _lens.bids(spoke, ids, 10);
    }
}
