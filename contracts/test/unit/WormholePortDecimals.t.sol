// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {WormholePortFixture} from "../fixtures/WormholePortFixture.sol";

/// @notice 6, 8 and 18 decimals, native on either side: the representation has the token's own decimals, and the Token
/// Bridge carries at most 8 of them, in 64 bits.
contract WormholePortDecimalsTest is WormholePortFixture {
    struct Native {
        uint8 decimals;
        bool onHub;
    }

    TestToken private _token;
    uint256 private _unit;

    function fixtureNative() public pure returns (Native[] memory natives) {
        uint8[3] memory decimals = [6, 8, 18];
        natives = new Native[](6);
        for (uint256 i = 0; i < 6; ++i) {
            natives[i] = Native(decimals[i / 2], i % 2 == 0);
        }
    }

    function table_ExactAmountsArriveBothWays(Native memory native) public {
        _connect(native);
        assertEq(IERC20Metadata(hubToken).decimals(), native.decimals);
        assertEq(IERC20Metadata(spokeToken).decimals(), native.decimals);
        uint256[3] memory carried = [uint256(1), 3_000_001, type(uint64).max];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 amount = carried[i] * _unit;
            bytes memory signed;
            if (native.onHub) {
                (, signed) = sendToSpoke(amount);
                _expectArrival(spokePort, signed, spoke, spokeToken, amount);
                (, signed) = sendToHub(amount);
                _expectArrival(hubPort, signed, hub, hubToken, amount);
            } else {
                (, signed) = sendToHub(amount);
                _expectArrival(hubPort, signed, hub, hubToken, amount);
                (, signed) = sendToSpoke(amount);
                _expectArrival(spokePort, signed, spoke, spokeToken, amount);
            }
            assertEq(IERC20(native.onHub ? spokeToken : hubToken).totalSupply(), 0, "no representation stays");
            assertEq(
                _token.balanceOf(hubSide.tokenBridge) + _token.balanceOf(spokeSide.tokenBridge), 0, "no lock stays"
            );
        }
    }

    function table_DustIsRefusedBeforeTokensArePulled(Native memory native) public {
        _connect(native);
        vm.expectCall(hubToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectDustRefused(hub, hubPort, SPOKE, hubToken);
        vm.expectCall(spokeToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectDustRefused(spoke, spokePort, 0, spokeToken);
    }

    function table_MoreThan64BitsIsRefusedBeforeTokensArePulled(Native memory native) public {
        _connect(native);
        uint256 most = type(uint64).max * _unit;
        bytes memory reason = abi.encodeWithSelector(IBridgePort.AmountAboveTransport.selector, most + _unit, most);
        vm.expectCall(hubToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectRefused(hub, hubPort, SPOKE, hubToken, most + _unit, reason);
        vm.expectCall(spokeToken, abi.encodeWithSelector(IERC20.transferFrom.selector), 0);
        _expectRefused(spoke, spokePort, 0, spokeToken, most + _unit, reason);
    }

    function _connect(Native memory native) private {
        _token = new TestToken("Token", "TOK", native.decimals, address(this));
        connect(address(_token), native.onHub);
        _unit = native.decimals > 8 ? 10 ** (native.decimals - 8) : 1;
        _token.mint(native.onHub ? address(hub) : address(spoke), (uint256(type(uint64).max) + 10) * _unit);
    }

    function _expectArrival(WormholePort port, bytes memory signed, HubDouble at, address token, uint256 amount)
        private
    {
        uint256 before = IERC20(token).balanceOf(address(at));
        port.receiveTransfer(signed);
        assertEq(at.lastArrival().amountLocal, amount, "said");
        assertEq(IERC20(token).balanceOf(address(at)) - before, amount, "given");
        assertEq(IERC20(token).balanceOf(address(port)), 0);
    }

    /// @dev Pure dust, and dust beside a whole amount. Where the unit is one there is none, and zero alone is refused.
    function _expectDustRefused(HubDouble from, WormholePort port, uint32 peer, address token) private {
        _expectRefused(from, port, peer, token, 0, abi.encodeWithSelector(IBridgePort.AmountZero.selector));
        if (_unit == 1) return;
        uint256[3] memory amounts = [_unit - 1, _unit + 1, 4 * _unit + _unit / 2];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory reason = abi.encodeWithSelector(IBridgePort.AmountNotTransportable.selector, amounts[i], _unit);
            _expectRefused(from, port, peer, token, amounts[i], reason);
        }
    }

    function _expectRefused(
        HubDouble from,
        WormholePort port,
        uint32 peer,
        address token,
        uint256 amountLocal,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        port.quoteSend(peer, token, amountLocal, PAYLOAD);
        vm.expectRevert(reason);
        from.send(port, peer, token, amountLocal, PAYLOAD);
    }
}
