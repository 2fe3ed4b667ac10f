// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {LayerZeroPortFixture} from "../fixtures/LayerZeroPortFixture.sol";

/// @notice 6, 8 and 18 decimals on either side: LayerZero carries 6 of them, in 64 bits.
contract LayerZeroPortDecimalsTest is LayerZeroPortFixture {
    struct Pair {
        uint8 hub;
        uint8 spoke;
    }

    uint256 private _hubUnit;
    uint256 private _spokeUnit;

    function fixturePair() public pure returns (Pair[] memory pairs) {
        uint8[3] memory decimals = [6, 8, 18];
        pairs = new Pair[](9);
        for (uint256 i = 0; i < 9; ++i) {
            pairs[i] = Pair(decimals[i / 3], decimals[i % 3]);
        }
    }

    function table_ExactAmountsArriveBothWays(Pair memory pair) public {
        _connect(pair);
        uint256[3] memory shared = [uint256(1), 3_000_001, type(uint64).max];
        for (uint256 i = 0; i < 3; ++i) {
            (, Compose memory compose) = queuedAtSpoke(shared[i] * _hubUnit);
            executeCompose(SPOKE_EID, compose);
            assertEq(spoke.lastArrival().amountLocal, shared[i] * _spokeUnit, "said to the spoke");
            assertEq(oft.balanceOf(address(spoke)), shared[i] * _spokeUnit, "given to the spoke");
            assertEq(IERC20(hubToken).balanceOf(address(adapter)), shared[i] * _hubUnit, "locked");

            uint256 before = IERC20(hubToken).balanceOf(address(hub));
            (, compose) = queuedAtHub(shared[i] * _spokeUnit);
            executeCompose(HUB_EID, compose);
            assertEq(hub.lastArrival().amountLocal, shared[i] * _hubUnit, "said to the hub");
            assertEq(IERC20(hubToken).balanceOf(address(hub)) - before, shared[i] * _hubUnit, "given to the hub");
            assertEq(oft.totalSupply() + IERC20(hubToken).balanceOf(address(adapter)), 0, "nothing stays behind");
            assertEq(IERC20(hubToken).balanceOf(address(hubPort)) + oft.balanceOf(address(spokePort)), 0);
        }
    }

    function table_DustIsRefusedBeforeTokensArePulled(Pair memory pair) public {
        _connect(pair);
        fundSpoke(5 * _hubUnit);
        vm.expectCall(hubToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectDustRefused(hub, hubPort, SPOKE, hubToken, _hubUnit);
        vm.expectCall(address(oft), abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectDustRefused(spoke, spokePort, 0, address(oft), _spokeUnit);
    }

    function table_MoreThan64BitsIsRefusedBeforeTokensArePulled(Pair memory pair) public {
        _connect(pair);
        vm.expectCall(hubToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectTooMuchRefused(hub, hubPort, SPOKE, hubToken, _hubUnit);
        vm.expectCall(address(oft), abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectTooMuchRefused(spoke, spokePort, 0, address(oft), _spokeUnit);
    }

    function _connect(Pair memory pair) private {
        TestToken token = new TestToken("Token", "TOK", pair.hub, address(this));
        connect(address(token), pair.spoke);
        (_hubUnit, _spokeUnit) = (10 ** (pair.hub - 6), 10 ** (pair.spoke - 6));
        token.mint(address(hub), (uint256(type(uint64).max) + 10) * _hubUnit);
    }

    /// @dev Pure dust, and dust beside a whole amount. Where the unit is one there is none, and zero alone is refused.
    function _expectDustRefused(HubDouble from, LayerZeroPort port, uint32 peer, address token, uint256 unit) private {
        _expectRefused(from, port, peer, token, 0, abi.encodeWithSelector(IBridgePort.AmountZero.selector));
        if (unit == 1) return;
        uint256[3] memory amounts = [unit - 1, unit + 1, 4 * unit + unit / 2];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory reason = abi.encodeWithSelector(IBridgePort.AmountNotTransportable.selector, amounts[i], unit);
            _expectRefused(from, port, peer, token, amounts[i], reason);
        }
    }

    function _expectTooMuchRefused(HubDouble from, LayerZeroPort port, uint32 peer, address token, uint256 unit)
        private
    {
        uint256 most = type(uint64).max * unit;
        bytes memory reason = abi.encodeWithSelector(IBridgePort.AmountAboveTransport.selector, most + unit, most);
        _expectRefused(from, port, peer, token, most + unit, reason);
    }

    function _expectRefused(
        HubDouble from,
        LayerZeroPort port,
        uint32 peer,
        address token,
        uint256 amountLocal,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        port.quoteSend(peer, token, amountLocal, PAYLOAD);
        vm.expectRevert(reason);
        from.send{value: LAYERZERO_FEE}(port, peer, token, amountLocal, PAYLOAD);
    }
}
