// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Errors} from "@layerzerolabs/lz-evm-protocol-v2/contracts/libs/Errors.sol";
import {OptionsBuilder} from "@layerzerolabs/oapp-evm/contracts/oapp/libs/OptionsBuilder.sol";
import {IOFT, MessagingFee, SendParam} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {OFTComposeMsgCodec} from "@layerzerolabs/oft-evm/contracts/libs/OFTComposeMsgCodec.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {RemotePort} from "../../src/ports/RemotePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {LayerZeroPortFixture} from "../fixtures/LayerZeroPortFixture.sol";

contract LayerZeroPortTest is LayerZeroPortFixture {
    using OptionsBuilder for bytes;

    TestToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(_token), 18);
        _token.mint(address(hub), 1e30);
    }

    function test_ThereAndBack() public {
        (bytes32 messageId, Packet memory packet) = sendToSpoke(3e18);
        assertEq(packet.guid, messageId, "the message id is the guid");
        assertEq(_token.balanceOf(address(adapter)), 3e18, "locked");
        Compose memory compose = receivePacket(packet);
        assertEq(oft.balanceOf(address(spokePort)), 3e18, "the port is credited before its message comes");
        vm.expectEmit(address(spokePort));
        emit IBridgePort.TransferDelivered(0, messageId, address(oft), 3e18);
        executeCompose(SPOKE_EID, compose);
        HubDouble.Arrival memory arrival = spoke.lastArrival();
        assertEq(arrival.peer, 0);
        assertEq(arrival.amountLocal, 3e18);
        assertEq(arrival.messageId, messageId);
        assertEq(arrival.payload, PAYLOAD);
        assertEq(oft.balanceOf(address(spoke)), 3e18);

        vm.recordLogs();
        messageId = spoke.send{value: LAYERZERO_FEE}(spokePort, 0, address(oft), 1e18, hex"ff");
        executeCompose(HUB_EID, receivePacket(sentPacket()));
        arrival = hub.lastArrival();
        assertEq(arrival.peer, SPOKE);
        assertEq(arrival.token, address(_token));
        assertEq(arrival.amountLocal, 1e18);
        assertEq(arrival.messageId, messageId);
        assertEq(_token.balanceOf(address(adapter)), 2e18);
        assertEq(oft.totalSupply(), 2e18);
    }

    /// @dev Set up, a port needs no owner.
    function test_Renounced_GoesOnBothWays() public {
        hubPort.renounceOwnership();
        spokePort.renounceOwnership();
        fundSpoke(3e18);
        (, Compose memory compose) = queuedAtHub(1e18);
        executeCompose(HUB_EID, compose);
        assertEq(hub.lastArrival().amountLocal, 1e18);
    }

    function test_Send_SaysSoAndLeavesNothingBehind() public {
        vm.expectEmit(true, false, false, true, address(hubPort));
        emit IBridgePort.TransferSent(SPOKE, 0, address(_token), 3e18, PAYLOAD);
        hub.send{value: LAYERZERO_FEE}(hubPort, SPOKE, address(_token), 3e18, PAYLOAD);
        assertEq(_token.balanceOf(address(hubPort)), 0);
        assertEq(_token.allowance(address(hubPort), address(adapter)), 0);
    }

    function test_Send_LeavesNoAllowanceWhereNoneIsNeeded() public {
        fundSpoke(3e18);
        sendToHub(1e18);
        assertEq(oft.allowance(address(spokePort), address(oft)), 0);
        assertEq(oft.balanceOf(address(spokePort)), 0);
    }

    /// @dev The OFT is asked for the whole amount and nothing but the gas of `lzReceive`.
    function test_Send_OptionsAreConfiguration() public {
        SendParam memory param = SendParam({
            dstEid: SPOKE_EID,
            to: word(address(spokePort)),
            amountLD: 1e18,
            minAmountLD: 1e18,
            extraOptions: OptionsBuilder.newOptions().addExecutorLzReceiveOption(RECEIVE_GAS, 0),
            composeMsg: PAYLOAD,
            oftCmd: ""
        });
        vm.expectCall(
            address(adapter), abi.encodeCall(IOFT.send, (param, MessagingFee(LAYERZERO_FEE, 0), address(hub)))
        );
        (, Packet memory packet) = sendToSpoke(1e18);
        assertEq(packet.options, OptionsBuilder.newOptions().addExecutorLzReceiveOption(RECEIVE_GAS, 0));
        assertEq(packet.message.length, 32 + 8 + 32 + PAYLOAD.length, "no more than OFT's own layout");
    }

    function test_Send_SurplusGoesToRefundTo() public {
        uint256 before = address(hub).balance;
        hub.send{value: LAYERZERO_FEE + 55}(hubPort, SPOKE, address(_token), 1e18, PAYLOAD);
        assertEq(address(hub).balance - before, 55);
        assertEq(address(hubPort).balance, 0);
    }

    function test_QuoteSend_IsWhatTheBridgeWants() public {
        libraries[HUB_EID].setMessagingFee(12_345, 0);
        uint256 feeWei = hubPort.quoteSend(SPOKE, address(_token), 1e18, PAYLOAD);
        assertEq(feeWei, 12_345);
        vm.expectPartialRevert(Errors.LZ_InsufficientFee.selector);
        hub.send{value: feeWei - 1}(hubPort, SPOKE, address(_token), 1e18, PAYLOAD);
        hub.send{value: feeWei}(hubPort, SPOKE, address(_token), 1e18, PAYLOAD);
    }

    /// @dev Two messages are credited before either is composed: each brings its own amount, not the balance.
    function test_Compose_CreditsItsOwnAmount() public {
        (, Packet memory first) = sendToSpoke(3e18);
        (, Packet memory second) = sendToSpoke(5e18);
        Compose memory composeOfFirst = receivePacket(first);
        Compose memory composeOfSecond = receivePacket(second);
        executeCompose(SPOKE_EID, composeOfSecond);
        assertEq(spoke.lastArrival().amountLocal, 5e18);
        executeCompose(SPOKE_EID, composeOfFirst);
        assertEq(spoke.lastArrival().amountLocal, 3e18);
    }

    /// @dev Anyone can queue a compose for the port at the endpoint, but in their own name only.
    function test_RevertIf_ComposeIsNotOfAKnownOft() public {
        bytes memory forged = _composeMessage(HUB_EID, 1e18, address(hubPort));
        endpoints[SPOKE_EID].sendCompose(address(spokePort), bytes32("guid"), 0, forged);
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.OftUnknown.selector, address(this)));
        endpoints[SPOKE_EID].lzCompose(address(this), address(spokePort), bytes32("guid"), 0, forged, "");
    }

    /// @dev Anyone can send tokens with a payload to the port over the known OFT, but not as its peer.
    function test_RevertIf_ComposeIsNotOfThePeer() public {
        HubDouble stranger = new HubDouble();
        LayerZeroPort foreign = new LayerZeroPort(address(this), address(endpoints[HUB_EID]));
        foreign.setReceiver(address(stranger));
        foreign.setPeer(SPOKE, SPOKE_EID, word(address(spokePort)));
        foreign.setToken(address(_token), address(adapter));
        foreign.setReceiveGas(SPOKE, RECEIVE_GAS);
        _token.mint(address(stranger), 1e18);
        vm.recordLogs();
        stranger.send{value: LAYERZERO_FEE}(foreign, SPOKE, address(_token), 1e18, PAYLOAD);
        Compose memory compose = receivePacket(sentPacket());
        vm.expectRevert(
            abi.encodeWithSelector(IBridgePort.PeerMismatch.selector, 0, word(address(hubPort)), word(address(foreign)))
        );
        executeCompose(SPOKE_EID, compose);
    }

    function test_RevertIf_ComposeIsNotCalledByTheEndpoint() public {
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.CallerNotEndpoint.selector, address(this)));
        spokePort.lzCompose(address(oft), 0, _composeMessage(HUB_EID, 1e18, address(hubPort)), address(0), "");
    }

    function test_RevertIf_ComposeIsMalformed() public {
        bytes memory message = _composeMessage(HUB_EID, 1e18, address(hubPort));
        bytes memory short = new bytes(75);
        _expectComposeRevert(abi.encodeWithSelector(LayerZeroPort.ComposeTooShort.selector, 75), short);
        message = _composeMessage(HUB_EID + 7, 1e18, address(hubPort));
        _expectComposeRevert(abi.encodeWithSelector(RemotePort.ChainUnknown.selector, HUB_EID + 7), message);
        message = _composeMessage(HUB_EID, 0, address(hubPort));
        _expectComposeRevert(abi.encodeWithSelector(IBridgePort.AmountZero.selector), message);
        message = _composeMessage(HUB_EID, 1e18, address(0));
        _expectComposeRevert(
            abi.encodeWithSelector(IBridgePort.PeerMismatch.selector, 0, word(address(hubPort)), bytes32(0)), message
        );
    }

    function test_RevertIf_ComposeCarriesValue() public {
        vm.deal(address(endpoints[SPOKE_EID]), 1);
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.ValueNotAccepted.selector, 1));
        spokePort.lzCompose{value: 1}(address(oft), 0, "", address(0), "");
    }

    function _expectComposeRevert(bytes memory reason, bytes memory message) private {
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(reason);
        spokePort.lzCompose(address(oft), bytes32("guid"), message, address(0), "");
    }

    function _composeMessage(uint32 srcEid, uint256 amountLD, address from) private pure returns (bytes memory) {
        return OFTComposeMsgCodec.encode(1, srcEid, amountLD, abi.encodePacked(word(from), PAYLOAD));
    }
}
