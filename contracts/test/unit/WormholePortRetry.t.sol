// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {AuctionId, CapitalDelivered, CapitalFill, LegId} from "../../src/libraries/Types.sol";
import {IWormholeTokenBridge} from "../../src/ports/external/IWormholeTokenBridge.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {StrictReceiver} from "../fixtures/PortReceivers.sol";
import {WormholePortFixture} from "../fixtures/WormholePortFixture.sol";

/// @notice What happens to a transfer whose delivery fails: nothing is redeemed, and it is redeemed once later.
contract WormholePortRetryTest is WormholePortFixture {
    IERC20 private _wrapped;

    function setUp() public override {
        super.setUp();
        TestToken token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(token), true);
        _wrapped = IERC20(spokeToken);
        token.mint(address(hub), 100e18);
    }

    function test_FailedDelivery_RedeemsNothing() public {
        (, bytes memory signed) = _failed(3e18);
        assertFalse(spokePort.consumed(vaaHash(signed)));
        assertEq(_wrapped.totalSupply(), 0);
    }

    function test_FailedDelivery_IsRedeemedOnceWhenTriedAgain() public {
        (bytes32 messageId, bytes memory signed) = _failed(3e18);
        spoke.setRefusing(false);
        vm.prank(address(0xA11));
        spokePort.receiveTransfer(signed);
        assertTrue(spokePort.consumed(vaaHash(signed)));
        assertEq(spoke.arrivals().length, 1);
        assertEq(spoke.lastArrival().messageId, messageId);

        bytes memory consumed = abi.encodeWithSelector(IBridgePort.MessageAlreadyConsumed.selector, vaaHash(signed));
        vm.expectRevert(consumed);
        spokePort.receiveTransfer(signed);
        // Even a bridge that forgets does not get it in twice, though it would pay.
        vm.mockCall(
            spokeSide.tokenBridge,
            abi.encodeWithSelector(IWormholeTokenBridge.completeTransferWithPayload.selector),
            abi.encode(bytes(""))
        );
        vm.expectRevert(consumed);
        spokePort.receiveTransfer(signed);
        assertEq(spoke.arrivals().length, 1);
        assertEq(_wrapped.totalSupply(), 3e18);
    }

    /// @dev A reorg that goes deeper than what guardians wait for: the sequence is given a second time, to another transfer. The
    /// Token Bridge pays both, and only the port can redeem them.
    function test_TwoVaasOfOneSequence_BothArriveAndEachOnce() public {
        Published memory message = _lastTransfer();
        bytes memory first = vaa(HUB_CHAIN, message, GUARDIAN_KEY);
        // payloadId 1 | amount 32, in the bridge's 8 decimals
        message.payload[32] ^= 0x01;
        bytes memory second = vaa(HUB_CHAIN, message, GUARDIAN_KEY);
        bytes32 messageId = keccak256(abi.encode(HUB_CHAIN, _word(hubSide.tokenBridge), message.sequence));

        spokePort.receiveTransfer(first);
        assertEq(spoke.lastArrival().messageId, messageId);
        spokePort.receiveTransfer(second);
        assertEq(spoke.lastArrival().messageId, messageId);
        HubDouble.Arrival[] memory arrivals = spoke.arrivals();
        assertEq(arrivals.length, 2);
        assertNotEq(arrivals[0].amountLocal, arrivals[1].amountLocal);
        assertEq(_wrapped.balanceOf(address(spoke)), arrivals[0].amountLocal + arrivals[1].amountLocal);
        assertEq(_wrapped.balanceOf(address(spokePort)), 0);
        bytes[2] memory both = [first, second];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBridgePort.MessageAlreadyConsumed.selector, vaaHash(both[i])));
            spokePort.receiveTransfer(both[i]);
        }
    }

    function test_FailedDelivery_LaterMessagesBringTheirOwnTokensOnly() public {
        (bytes32 failedId, bytes memory failed) = _failed(3e18);
        spoke.setRefusing(false);
        fundSpoke(5e18);
        assertEq(spoke.lastArrival().amountLocal, 5e18);
        assertEq(_wrapped.totalSupply(), 5e18);
        spokePort.receiveTransfer(failed);
        assertEq(spoke.lastArrival().messageId, failedId);
        assertEq(spoke.lastArrival().amountLocal, 3e18);
        assertEq(_wrapped.balanceOf(address(spoke)), 8e18);
    }

    /// @dev The Token Bridge pays a transfer with payload to its recipient only, and that is the port.
    function test_FailedDelivery_NobodyElseRedeems() public {
        (, bytes memory signed) = _failed(3e18);
        vm.startPrank(address(0xBAD));
        vm.expectRevert();
        IWormholeTokenBridge(spokeSide.tokenBridge).completeTransferWithPayload(signed);
        (bool plainly,) = spokeSide.tokenBridge.call(abi.encodeWithSignature("completeTransfer(bytes)", signed));
        assertFalse(plainly);
        vm.stopPrank();
        vm.prank(address(spoke));
        vm.expectRevert();
        IWormholeTokenBridge(spokeSide.tokenBridge).completeTransferWithPayload(signed);
        assertEq(_wrapped.totalSupply(), 0);
    }

    /// @dev Bytes after the end, as a hostile or broken peer would send them: a clear error, and nothing else is held up.
    function test_BrokenPayload_WaitsAndHoldsUpNothing() public {
        StrictReceiver strict = new StrictReceiver();
        WormholePort port = new WormholePort(address(this), spokeSide.core, spokeSide.tokenBridge);
        port.setReceiver(address(strict));
        port.setPeer(0, HUB_CHAIN, _word(address(hubPort)));
        port.setToken(spokeToken);
        bytes memory valid = _capitalMessage();
        bytes memory trailing = abi.encodePacked(valid, uint8(0));
        bytes memory long = new bytes(port.MAX_PAYLOAD_BYTES() + 1);

        _expectReceiveRevert(
            port, trailing, abi.encodeWithSelector(MessageCodec.WrongLength.selector, valid.length, trailing.length)
        );
        _expectReceiveRevert(
            port,
            long,
            abi.encodeWithSelector(IBridgePort.PayloadTooLong.selector, long.length, port.MAX_PAYLOAD_BYTES())
        );
        _expectReceiveRevert(port, "", abi.encodeWithSelector(IBridgePort.PayloadEmpty.selector));
        assertEq(_wrapped.totalSupply(), 0, "nothing is redeemed");
        port.receiveTransfer(_signedByPeer(port, valid, 1e18));
        assertEq(strict.creditedLocal(), 1e18, "a good one goes on");
    }

    function test_RevertIf_TransferBringsNothing() public {
        bytes memory signed = _signedByPeer(spokePort, PAYLOAD, 0);
        vm.expectRevert(IBridgePort.AmountZero.selector);
        spokePort.receiveTransfer(signed);
    }

    /// @dev A transfer without payload brings tokens to the port in nobody's name: no message, so nothing is handed over.
    function test_RevertIf_TransferHasNoPayload() public {
        Published memory message = _lastTransfer();
        bytes memory plain = message.payload;
        plain[0] = 0x01;
        message.payload = plain;
        bytes memory signed = vaa(HUB_CHAIN, message, GUARDIAN_KEY);
        vm.expectRevert();
        spokePort.receiveTransfer(signed);
        assertEq(spoke.arrivals().length, 0);
    }

    function test_RevertIf_VaaIsTruncated() public {
        (, bytes memory signed) = sendToSpoke(3e18);
        uint256 whole = signed.length;
        uint256[4] memory lengths = [0, 1, 60, whole - 1];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory cut = signed;
            uint256 length = lengths[i];
            assembly ("memory-safe") {
                // No longer than before, so within the array's own memory.
                mstore(cut, length)
            }
            vm.expectRevert();
            spokePort.receiveTransfer(cut);
            assembly ("memory-safe") {
                mstore(cut, whole)
            }
        }
        spokePort.receiveTransfer(signed);
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    function _failed(uint256 amountLocal) private returns (bytes32 messageId, bytes memory signed) {
        (messageId, signed) = sendToSpoke(amountLocal);
        spoke.setRefusing(true);
        vm.expectRevert(HubDouble.Refused.selector);
        spokePort.receiveTransfer(signed);
    }

    function _lastTransfer() private returns (Published memory) {
        vm.recordLogs();
        hub.send(hubPort, SPOKE, hubToken, 3e18, PAYLOAD);
        return published();
    }

    function _expectReceiveRevert(WormholePort port, bytes memory payload, bytes memory reason) private {
        bytes memory signed = _signedByPeer(port, payload, 1e18);
        vm.expectRevert(reason);
        port.receiveTransfer(signed);
    }

    uint64 private _sequence = 1000;

    /// @dev What a peer that does as it likes would have the hub's Token Bridge say.
    function _signedByPeer(WormholePort to, bytes memory payload, uint256 amountLocal) private returns (bytes memory) {
        bytes memory transfer = abi.encodePacked(
            uint8(3),
            amountLocal / 1e10,
            _word(hubToken),
            HUB_CHAIN,
            _word(address(to)),
            SPOKE_CHAIN,
            _word(address(hubPort)),
            payload
        );
        return vaa(HUB_CHAIN, Published(hubSide.tokenBridge, ++_sequence, 0, 1, transfer), GUARDIAN_KEY);
    }

    function _capitalMessage() private pure returns (bytes memory) {
        CapitalFill[] memory fills = new CapitalFill[](1);
        fills[0] = CapitalFill(1, 2, 1e18);
        return
            MessageCodec.encodeCapitalDelivered(
                CapitalDelivered(LegId.wrap("leg"), AuctionId.wrap("auction"), 1, fills)
            );
    }
}
