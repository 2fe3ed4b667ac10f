// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Origin} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {Errors} from "@layerzerolabs/lz-evm-protocol-v2/contracts/libs/Errors.sol";
import {OFTComposeMsgCodec} from "@layerzerolabs/oft-evm/contracts/libs/OFTComposeMsgCodec.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {AuctionId, CapitalDelivered, CapitalFill, LegId} from "../../src/libraries/Types.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {LayerZeroPortFixture} from "../fixtures/LayerZeroPortFixture.sol";
import {StrictReceiver} from "../fixtures/PortReceivers.sol";

/// @notice What happens to tokens whose payload fails: the OFT has credited the port, the message has not been taken.
contract LayerZeroPortComposeTest is LayerZeroPortFixture {
    TestToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(_token), 18);
        _token.mint(address(hub), 100e18);
    }

    function test_FailedPayload_TokensStayAtThePort() public {
        (bytes32 messageId, Compose memory compose) = _failed(3e18);
        assertEq(oft.balanceOf(address(spokePort)), 3e18, "at the port");
        assertEq(oft.balanceOf(address(spoke)), 0);
        assertFalse(spokePort.consumed(messageId));
        assertEq(_queued(compose), keccak256(compose.message), "the endpoint still has the message");
    }

    function test_FailedPayload_IsDeliveredOnceWhenTriedAgain() public {
        (bytes32 messageId, Compose memory compose) = _failed(3e18);
        spoke.setRefusing(false);
        vm.prank(address(0xA11));
        executeCompose(SPOKE_EID, compose);
        assertTrue(spokePort.consumed(messageId));
        assertEq(spoke.arrivals().length, 1);
        assertEq(spoke.lastArrival().amountLocal, 3e18);

        vm.expectPartialRevert(Errors.LZ_ComposeNotFound.selector);
        executeCompose(SPOKE_EID, compose);
        // Even an endpoint that forgets does not get it in twice, though tokens of another message lie there.
        _failed(5e18);
        spoke.setRefusing(false);
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.MessageAlreadyConsumed.selector, messageId));
        spokePort.lzCompose(address(oft), messageId, compose.message, address(0), "");
        assertEq(spoke.arrivals().length, 1);
        assertEq(oft.balanceOf(address(spoke)), 3e18);
    }

    function test_FailedPayload_LaterMessagesBringTheirOwnTokensOnly() public {
        (bytes32 failedId, Compose memory failed) = _failed(3e18);
        spoke.setRefusing(false);
        fundSpoke(5e18);
        assertEq(spoke.lastArrival().amountLocal, 5e18);
        assertEq(oft.balanceOf(address(spokePort)), 3e18, "the first one's tokens still wait");
        // Nor do they leave with what the spoke sends.
        (, Packet memory packet) = sendToHub(1e18);
        executeCompose(HUB_EID, receivePacket(packet));
        assertEq(hub.lastArrival().amountLocal, 1e18);
        assertEq(oft.balanceOf(address(spokePort)), 3e18);

        executeCompose(SPOKE_EID, failed);
        assertEq(spoke.lastArrival().messageId, failedId);
        assertEq(spoke.lastArrival().amountLocal, 3e18);
        assertEq(oft.balanceOf(address(spoke)), 7e18);
        assertEq(oft.balanceOf(address(spokePort)), 0);
    }

    /// @dev The owner has no function for it; composes in other names, other ports' and other amounts are refused.
    function test_FailedPayload_NobodyElseGetsTheTokens() public {
        (bytes32 messageId, Compose memory compose) = _failed(3e18);
        spoke.setRefusing(false);
        vm.startPrank(address(0xBAD));
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.CallerNotEndpoint.selector, address(0xBAD)));
        spokePort.lzCompose(address(oft), messageId, compose.message, address(0), "");
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(0xBAD)));
        spokePort.send(0, address(oft), 3e18, PAYLOAD, address(0xBAD));
        // In their own name at the endpoint, with the very bytes.
        endpoints[SPOKE_EID].sendCompose(address(spokePort), messageId, 0, compose.message);
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.OftUnknown.selector, address(0xBAD)));
        endpoints[SPOKE_EID].lzCompose(address(0xBAD), address(spokePort), messageId, 0, compose.message, "");
        // The right compose with another amount is not what the endpoint knows.
        bytes memory more =
            OFTComposeMsgCodec.encode(1, HUB_EID, 4e18, abi.encodePacked(word(address(hubPort)), PAYLOAD));
        vm.expectPartialRevert(Errors.LZ_ComposeNotFound.selector);
        endpoints[SPOKE_EID].lzCompose(address(oft), address(spokePort), messageId, 0, more, "");
        vm.stopPrank();
        assertEq(oft.balanceOf(address(spokePort)), 3e18);

        executeCompose(SPOKE_EID, compose);
        assertEq(oft.balanceOf(address(spoke)), 3e18, "whose they are");
    }

    function test_FailedPayload_TooLittleGasChangesNothing() public {
        (bytes32 messageId, Compose memory compose) = queuedAtSpoke(3e18);
        bytes memory call = composeCall(compose);
        for (uint256 gas_ = 20_000; gas_ <= 140_000; gas_ += 10_000) {
            (bool ok,) = address(endpoints[SPOKE_EID]).call{gas: gas_}(call);
            assertEq(ok, spokePort.consumed(messageId), "done or not done");
            assertEq(oft.balanceOf(address(spoke)), ok ? 3e18 : 0);
            if (ok) return;
            assertEq(_queued(compose), keccak256(compose.message));
        }
        executeCompose(SPOKE_EID, compose);
        assertEq(oft.balanceOf(address(spoke)), 3e18);
    }

    // ----------------------------------------------------------------------------------------------- broken messages

    /// @dev Bytes after the end, as a hostile or broken peer would send them: a clear error, and nothing else is held up.
    function test_BrokenPayload_WaitsAndHoldsUpNothing() public {
        StrictReceiver strict = new StrictReceiver();
        LayerZeroPort port = new LayerZeroPort(address(this), address(endpoints[SPOKE_EID]));
        port.setReceiver(address(strict));
        port.setPeer(0, HUB_EID, word(address(hubPort)));
        port.setToken(address(oft), address(oft));
        bytes memory valid = _capitalMessage();
        bytes memory trailing = abi.encodePacked(valid, uint8(0));
        bytes memory long = new bytes(port.MAX_PAYLOAD_BYTES() + 1);

        deal(address(oft), address(port), 3e18);
        _expectComposeRevert(
            port,
            "1",
            trailing,
            abi.encodeWithSelector(MessageCodec.WrongLength.selector, valid.length, trailing.length)
        );
        _expectComposeRevert(
            port,
            "2",
            long,
            abi.encodeWithSelector(IBridgePort.PayloadTooLong.selector, long.length, port.MAX_PAYLOAD_BYTES())
        );
        _expectComposeRevert(port, "3", "", abi.encodeWithSelector(IBridgePort.PayloadEmpty.selector));
        assertEq(oft.balanceOf(address(port)), 3e18, "all wait");
        vm.prank(address(endpoints[SPOKE_EID]));
        port.lzCompose(address(oft), "4", _message(valid), address(0), "");
        assertEq(strict.creditedLocal(), 1e18, "a good one goes on");
        assertEq(oft.balanceOf(address(strict)), 1e18);
        assertEq(oft.balanceOf(address(port)), 2e18);
    }

    /// @dev A compose of more than the port holds (a token that lies, or lost value) waits; nothing is paid in part.
    function test_ComposeOfMoreThanThePortHolds_Waits() public {
        (, Compose memory compose) = queuedAtSpoke(3e18);
        deal(address(oft), address(spokePort), 3e18 - 1);
        vm.expectRevert();
        executeCompose(SPOKE_EID, compose);
        assertEq(oft.balanceOf(address(spoke)), 0);
        deal(address(oft), address(spokePort), 3e18);
        executeCompose(SPOKE_EID, compose);
        assertEq(oft.balanceOf(address(spoke)), 3e18);
    }

    // --------------------------------------------------------------------------------------------------------- order

    function test_OrderOfExecutionDoesNotMatter() public {
        (, Packet memory first) = sendToSpoke(1e18);
        (, Packet memory second) = sendToSpoke(2e18);
        libraries[SPOKE_EID].validatePacket(first.encoded);
        executeCompose(SPOKE_EID, receivePacket(second));
        assertEq(spoke.lastArrival().amountLocal, 2e18, "the second, though the first was not executed");
        endpoints[SPOKE_EID].lzReceive(
            Origin(HUB_EID, first.sender, first.nonce), first.receiver, first.guid, first.message, ""
        );
        assertEq(oft.balanceOf(address(spokePort)), 1e18);
    }

    /// @dev Skipping is for the OFT's delegate alone; ordered delivery would stand still afterwards.
    function test_SkippedMessageHoldsUpNothing() public {
        (, Packet memory skipped) = sendToSpoke(1e18);
        (, Packet memory next) = sendToSpoke(2e18);
        vm.prank(address(0xBAD));
        vm.expectRevert(Errors.LZ_Unauthorized.selector);
        endpoints[SPOKE_EID].skip(address(oft), HUB_EID, skipped.sender, skipped.nonce);
        endpoints[SPOKE_EID].skip(address(oft), HUB_EID, skipped.sender, skipped.nonce);
        executeCompose(SPOKE_EID, receivePacket(next));
        assertEq(spoke.lastArrival().amountLocal, 2e18);
    }

    /// @dev The port is no OApp: nobody can skip, clear or burn anything in its name.
    function test_NobodySpeaksForThePortAtTheEndpoint() public view {
        (bool ok, bytes memory answer) =
            address(endpoints[SPOKE_EID]).staticcall(abi.encodeWithSignature("delegates(address)", address(spokePort)));
        assertTrue(ok);
        assertEq(abi.decode(answer, (address)), address(0));
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    /// @dev A transfer that was credited to the port and whose message the spoke refused.
    function _failed(uint256 amountLocal) private returns (bytes32 messageId, Compose memory compose) {
        (messageId, compose) = queuedAtSpoke(amountLocal);
        spoke.setRefusing(true);
        vm.expectRevert(HubDouble.Refused.selector);
        executeCompose(SPOKE_EID, compose);
    }

    function _queued(Compose memory compose) private view returns (bytes32) {
        return endpoints[SPOKE_EID].composeQueue(compose.from, compose.to, compose.guid, compose.index);
    }

    function _expectComposeRevert(LayerZeroPort port, bytes32 guid, bytes memory payload, bytes memory reason) private {
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(reason);
        port.lzCompose(address(oft), guid, _message(payload), address(0), "");
    }

    function _message(bytes memory payload) private view returns (bytes memory) {
        return OFTComposeMsgCodec.encode(1, HUB_EID, 1e18, abi.encodePacked(word(address(hubPort)), payload));
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
