// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Origin} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroEndpointV2.sol";
import {Transfer} from "@layerzerolabs/lz-evm-protocol-v2/contracts/libs/Transfer.sol";
import {OFTComposeMsgCodec} from "@layerzerolabs/oft-evm/contracts/libs/OFTComposeMsgCodec.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {RemotePort} from "../../src/ports/RemotePort.sol";
import {LayerZeroPortFixture} from "../fixtures/LayerZeroPortFixture.sol";
import {OftShape, ShortAdapter} from "../fixtures/PortTransports.sol";

/// @notice What a LayerZero port refuses: before it is set up, from whom it does not serve, with wrong arguments.
contract LayerZeroPortSetupTest is LayerZeroPortFixture {
    TestToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(_token), 18);
        _token.mint(address(hub), 10e18);
    }

    // ------------------------------------------------------------------------------------------- before it is set up

    function test_RevertIf_SendingBeforeItIsSetUp() public {
        LayerZeroPort fresh = new LayerZeroPort(address(this), address(endpoints[HUB_EID]));
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(hub)));
        hub.send(fresh, SPOKE, address(_token), 1e18, PAYLOAD);
        fresh.setReceiver(address(hub));
        _expectRefusal(fresh, abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, address(_token)));
        fresh.setToken(address(_token), address(adapter));
        _expectRefusal(fresh, abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, SPOKE));
        fresh.setPeer(SPOKE, SPOKE_EID, word(address(spokePort)));
        _expectRefusal(fresh, abi.encodeWithSelector(LayerZeroPort.ReceiveGasUnset.selector, SPOKE));
        fresh.setReceiveGas(SPOKE, RECEIVE_GAS);
        hub.send{value: LAYERZERO_FEE}(fresh, SPOKE, address(_token), 1e18, PAYLOAD);
    }

    /// @dev Fresh from the constructor, a port takes nothing from anybody, zero addresses and chains included.
    function test_RevertIf_ComposingBeforeItIsSetUp() public {
        LayerZeroPort fresh = new LayerZeroPort(address(this), address(endpoints[SPOKE_EID]));
        bytes memory fromZero = _composeMessage(0, 1e18, address(0));
        _expectComposeRevert(
            fresh, address(0), fromZero, abi.encodeWithSelector(LayerZeroPort.OftUnknown.selector, address(0))
        );
        fresh.setToken(address(oft), address(oft));
        _expectComposeRevert(fresh, address(oft), fromZero, abi.encodeWithSelector(RemotePort.ChainUnknown.selector, 0));
        fresh.setPeer(0, HUB_EID, word(address(hubPort)));
        bytes memory fromPeer = _composeMessage(HUB_EID, 1e18, address(hubPort));
        _expectComposeRevert(fresh, address(oft), fromPeer, abi.encodeWithSelector(BridgePort.ReceiverUnset.selector));
    }

    /// @dev An unset receiver is not the zero address's permission.
    function test_RevertIf_NobodySends() public {
        LayerZeroPort fresh = new LayerZeroPort(address(this), address(endpoints[HUB_EID]));
        fresh.setToken(address(_token), address(adapter));
        fresh.setPeer(SPOKE, SPOKE_EID, word(address(spokePort)));
        fresh.setReceiveGas(SPOKE, RECEIVE_GAS);
        vm.prank(address(0));
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(0)));
        fresh.send(SPOKE, address(_token), 1e18, PAYLOAD, address(this));
    }

    // ------------------------------------------------------------------------------------------- send and quoteSend

    function test_RevertIf_SentByAnyoneElse() public {
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(this)));
        hubPort.send(SPOKE, address(_token), 1e18, PAYLOAD, address(this));
    }

    function test_RevertIf_ArgumentOfSendIsWrong() public {
        _expectRefusal(9, address(_token), 1e18, PAYLOAD, abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, 9));
        _expectRefusal(
            SPOKE, address(oft), 1e18, PAYLOAD, abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, address(oft))
        );
        _expectRefusal(
            SPOKE, address(0), 1e18, PAYLOAD, abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, address(0))
        );
        _expectRefusal(SPOKE, address(_token), 0, PAYLOAD, abi.encodeWithSelector(IBridgePort.AmountZero.selector));
        _expectRefusal(SPOKE, address(_token), 1e18, "", abi.encodeWithSelector(IBridgePort.PayloadEmpty.selector));
        uint256 most = hubPort.MAX_PAYLOAD_BYTES();
        _expectRefusal(
            SPOKE,
            address(_token),
            1e18,
            new bytes(most + 1),
            abi.encodeWithSelector(IBridgePort.PayloadTooLong.selector, most + 1, most)
        );
    }

    function test_Send_TheLongestPayload() public {
        bytes memory longest = new bytes(hubPort.MAX_PAYLOAD_BYTES());
        vm.recordLogs();
        hub.send{value: LAYERZERO_FEE}(hubPort, SPOKE, address(_token), 1e18, longest);
        executeCompose(SPOKE_EID, receivePacket(sentPacket()));
        assertEq(spoke.lastArrival().payload, longest);
    }

    function test_RevertIf_SurplusHasNoWhereToGo() public {
        vm.startPrank(address(hub));
        _token.approve(address(hubPort), 1e18);
        vm.deal(address(hub), 1 ether);
        vm.expectRevert(Transfer.Transfer_ToAddressIsZero.selector);
        hubPort.send{value: LAYERZERO_FEE + 1}(SPOKE, address(_token), 1e18, PAYLOAD, address(0));
        vm.expectRevert(abi.encodeWithSelector(Transfer.Transfer_NativeFailed.selector, address(_token), 1));
        hubPort.send{value: LAYERZERO_FEE + 1}(SPOKE, address(_token), 1e18, PAYLOAD, address(_token));
        hubPort.send{value: LAYERZERO_FEE}(SPOKE, address(_token), 1e18, PAYLOAD, address(0));
    }

    /// @dev An adapter that leaves something with the port, or keeps something, is found out.
    function test_RevertIf_TransportSendsLess() public {
        _expectSentMismatch(1e12, 0, 1e18 - 1e12, 1e18);
        _expectSentMismatch(0, 1e12, 1e18, 1e18 - 1e12);
    }

    // --------------------------------------------------------------------------------------------------- setting up

    function test_RevertIf_ReceiverIsWrong() public {
        LayerZeroPort fresh = new LayerZeroPort(address(this), address(endpoints[HUB_EID]));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverInvalid.selector, address(0)));
        fresh.setReceiver(address(0));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverInvalid.selector, address(9)));
        fresh.setReceiver(address(9));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverAlreadySet.selector, address(hub)));
        hubPort.setReceiver(address(spoke));
    }

    function test_RevertIf_PeerIsWrong() public {
        bytes32 peerPort = word(address(spokePort));
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerAlreadySet.selector, SPOKE));
        hubPort.setPeer(SPOKE, 30109, peerPort);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.ChainAlreadySet.selector, SPOKE_EID));
        hubPort.setPeer(9, SPOKE_EID, peerPort);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerInvalid.selector, 9, 30109, bytes32(0)));
        hubPort.setPeer(9, 30109, 0);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerInvalid.selector, 9, 0, peerPort));
        hubPort.setPeer(9, 0, peerPort);
    }

    /// @dev LayerZero takes endpoint ids below 30000 for v1, which carries no compose.
    function test_RevertIf_EndpointIdIsOfV1() public {
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerInvalid.selector, 9, 29_999, bytes32("port")));
        hubPort.setPeer(9, 29_999, "port");
        hubPort.setPeer(9, 30_000, "port");
        (uint32 chain, bytes32 port) = hubPort.peerOf(9);
        assertEq(chain, 30_000);
        assertEq(port, "port");
    }

    function test_RevertIf_TransportIsWrong() public {
        vm.expectRevert(
            abi.encodeWithSelector(LayerZeroPort.TokenAlreadySet.selector, address(_token), address(adapter))
        );
        hubPort.setToken(address(_token), address(adapter));
        TestToken other = new TestToken("Other", "OTH", 5, address(this));
        address endpoint = address(endpoints[HUB_EID]);
        // Of another token, of another one with other decimals, of another chain, of no contract, of the chain's coin.
        _expectTransportInvalid(address(new TestToken("Like", "LIK", 18, address(this))), address(adapter));
        _expectTransportInvalid(address(other), address(adapter));
        _expectTransportInvalid(address(oft), address(oft));
        _expectTransportInvalid(address(other), address(9));
        _expectTransportInvalid(address(0), address(new OftShape(address(0), endpoint, 6)));
        // More shared decimals than the token has; a unit of more than 64 bits.
        _expectTransportInvalid(address(other), address(new OftShape(address(other), endpoint, 6)));
        TestToken fine = new TestToken("Fine", "FIN", 19, address(this));
        _expectTransportInvalid(address(fine), address(new OftShape(address(fine), endpoint, 0)));
        // And at the edges of both.
        hubPort.setToken(address(other), address(new OftShape(address(other), endpoint, 5)));
        hubPort.setToken(address(fine), address(new OftShape(address(fine), endpoint, 1)));
        (,, uint64 unitOfOther) = hubPort.transportOf(address(other));
        (,, uint64 unitOfFine) = hubPort.transportOf(address(fine));
        assertEq(unitOfOther, 1);
        assertEq(unitOfFine, 1e18);
    }

    function test_RevertIf_ReceiveGasIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.ReceiveGasUnset.selector, SPOKE));
        hubPort.setReceiveGas(SPOKE, 0);
        hubPort.setReceiveGas(SPOKE, 1);
        assertEq(hubPort.receiveGas(SPOKE), 1, "gas prices of chains change");
    }

    /// @dev The owner's key makes no transfer unpayable.
    function test_RevertIf_ReceiveGasIsTooHigh() public {
        uint128 most = hubPort.MAX_RECEIVE_GAS();
        for (uint256 i = 0; i < 2; ++i) {
            uint128 gas = i == 0 ? most + 1 : type(uint128).max;
            vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.ReceiveGasTooHigh.selector, SPOKE, gas, most));
            hubPort.setReceiveGas(SPOKE, gas);
        }
        hubPort.setReceiveGas(SPOKE, most);
        assertEq(hubPort.receiveGas(SPOKE), most);
    }

    /// @dev The dearest `lzReceive` there is, to a port and a token that have seen nothing yet.
    function test_TheMostReceiveGasIsEnoughForTheLongestMessage() public {
        bytes memory longest = new bytes(hubPort.MAX_PAYLOAD_BYTES());
        vm.recordLogs();
        hub.send{value: LAYERZERO_FEE}(hubPort, SPOKE, address(_token), 1e18, longest);
        Packet memory packet = sentPacket();
        libraries[SPOKE_EID].validatePacket(packet.encoded);
        endpoints[SPOKE_EID].lzReceive{gas: hubPort.MAX_RECEIVE_GAS() / 5}(
            Origin(packet.srcEid, packet.sender, packet.nonce), packet.receiver, packet.guid, packet.message, ""
        );
    }

    function test_RevertIf_ConstructedWrong() public {
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.EndpointInvalid.selector, address(9)));
        new LayerZeroPort(address(this), address(9));
        address endpoint = address(endpoints[HUB_EID]);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new LayerZeroPort(address(0), endpoint);
    }

    function test_RevertIf_StrangerSetsUp() public {
        LayerZeroPort fresh = new LayerZeroPort(address(this), address(endpoints[HUB_EID]));
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(0xBAD));
        vm.startPrank(address(0xBAD));
        vm.expectRevert(refused);
        fresh.setPeer(9, 30109, bytes32("port"));
        vm.expectRevert(refused);
        fresh.setToken(address(_token), address(adapter));
        vm.expectRevert(refused);
        fresh.setReceiveGas(SPOKE, 1);
        vm.expectRevert(refused);
        fresh.setReceiver(address(hub));
    }

    // ------------------------------------------------------------------------------------------------------ helpers

    function _expectRefusal(LayerZeroPort port, bytes memory reason) private {
        vm.expectRevert(reason);
        port.quoteSend(SPOKE, address(_token), 1e18, PAYLOAD);
        vm.expectRevert(reason);
        hub.send{value: LAYERZERO_FEE}(port, SPOKE, address(_token), 1e18, PAYLOAD);
    }

    /// @dev Neither quoted nor sent.
    function _expectRefusal(uint32 peer, address token, uint256 amountLocal, bytes memory payload, bytes memory reason)
        private
    {
        vm.expectRevert(reason);
        hubPort.quoteSend(peer, token, amountLocal, payload);
        vm.prank(address(hub));
        vm.expectRevert(reason);
        hubPort.send(peer, token, amountLocal, payload, address(hub));
    }

    function _expectTransportInvalid(address token, address transport) private {
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.TransportInvalid.selector, token, transport));
        hubPort.setToken(token, transport);
    }

    function _expectSentMismatch(uint256 unsent, uint256 unreceived, uint256 sent, uint256 received) private {
        address endpoint = address(endpoints[HUB_EID]);
        ShortAdapter short = new ShortAdapter(address(_token), endpoint, address(this), unsent, unreceived);
        short.setPeer(SPOKE_EID, word(address(oft)));
        LayerZeroPort port = new LayerZeroPort(address(this), endpoint);
        port.setReceiver(address(hub));
        port.setToken(address(_token), address(short));
        port.setPeer(SPOKE, SPOKE_EID, word(address(spokePort)));
        port.setReceiveGas(SPOKE, RECEIVE_GAS);
        vm.expectRevert(abi.encodeWithSelector(LayerZeroPort.SentMismatch.selector, 1e18, sent, received));
        hub.send{value: LAYERZERO_FEE}(port, SPOKE, address(_token), 1e18, PAYLOAD);
    }

    function _expectComposeRevert(LayerZeroPort port, address from, bytes memory message, bytes memory reason) private {
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(reason);
        port.lzCompose(from, 0, message, address(0), "");
    }

    function _composeMessage(uint32 srcEid, uint256 amountLD, address from) private pure returns (bytes memory) {
        return OFTComposeMsgCodec.encode(1, srcEid, amountLD, abi.encodePacked(word(from), PAYLOAD));
    }
}
