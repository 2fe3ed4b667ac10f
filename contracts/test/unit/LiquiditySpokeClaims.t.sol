// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TestToken} from "../../src/devnet/TestToken.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {
    FLAG_TWO_PARTS,
    KIND_LEG_SETTLED,
    LegId,
    LegReceipt,
    Receipt as ReceiptMessage
} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice One bid is paid in several tokens: what it has claimed is known for each of them alone.
contract LiquiditySpokeClaimsTest is SpokeFixture {
    uint8 private constant TIER = 2;

    TestToken[3] private _collaterals;
    uint256 private _bidId;
    uint32 private _calls;

    function setUp() public override {
        super.setUp();
        _collaterals[0] = collateral;
        for (uint256 i = 1; i < 3; ++i) {
            _collaterals[i] = new TestToken("Other", "OTHER", collateralDecimals(), address(this));
            collateral = _collaterals[i];
            vm.prank(owner);
            spoke.setCollateral(_hubToken(i), collateralTerms());
        }
        _bidId = placeBid(address(0xA), TIER, 1024);
    }

    function test_EachTokenIsPaidOnceForEachCall() public {
        for (uint256 round = 1; round <= 2; ++round) {
            for (uint256 i = 0; i < 3; ++i) {
                _callAndSettle(i, 128);
            }
            for (uint256 i = 0; i < 3; ++i) {
                assertEq(claimAll(_bidId, address(_collaterals[i])), 128, "what its own call brought");
                assertEq(claimAll(_bidId, address(_collaterals[i])), 0, "and no more");
                assertEq(_collaterals[i].balanceOf(address(0xA)), 128 * round);
            }
            // Each of the three calls refunded 4.
            assertEq(claimAll(_bidId, address(debt)), 12);
            assertEq(claimAll(_bidId, address(debt)), 0);
        }
    }

    function test_ClaimingOneTokenLeavesTheOthersWaiting() public {
        for (uint256 i = 0; i < 3; ++i) {
            _callAndSettle(i, 128);
        }
        claimAll(_bidId, address(debt));
        claimAll(_bidId, address(_collaterals[1]));
        _callAndSettle(0, 128);
        claimAll(_bidId, address(_collaterals[0]));
        assertEq(_collaterals[0].balanceOf(address(0xA)), 256);
        assertEq(claimAll(_bidId, address(_collaterals[2])), 128);
        assertEq(claimAll(_bidId, address(debt)), 4);
    }

    /// @dev A new bid of the same pool, by the same owner, has claimed nothing and gets nothing of what was before it.
    function test_AnotherBidHasItsOwnAccount() public {
        uint256 other = placeBid(address(0xA), TIER, 1024);
        for (uint256 i = 0; i < 3; ++i) {
            _callAndSettle(i, 128);
            assertEq(claimAll(_bidId, address(_collaterals[i])), 64);
            assertEq(claimAll(other, address(_collaterals[i])), 64);
        }
    }

    /// @dev Of 64 drawn, 4 come back and the rest buys `amount`.
    function _callAndSettle(uint256 i, uint128 amount) private {
        LegId legId = callPool(TIER, 64);
        LegReceipt[] memory legs = one(legId, TIER, _calls, amount, FLAG_TWO_PARTS);
        _collaterals[i].mint(address(hub), amount);
        bytes memory payload = MessageCodec.encodeReceipt(ReceiptMessage(KIND_LEG_SETTLED, _hubToken(i), legs));
        hub.send(port, SPOKE, address(_collaterals[i]), amount, payload);
        refund(legId, TIER, _calls++, 4, FLAG_TWO_PARTS);
    }

    /// @dev The fixture has set the first one.
    function _hubToken(uint256 i) private pure returns (address) {
        return i == 0 ? HUB_COLLATERAL : address(uint160(0xC200 + i));
    }
}
