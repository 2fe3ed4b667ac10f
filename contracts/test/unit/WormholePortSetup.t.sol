// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {IWormholeCore} from "../../src/ports/external/IWormholeCore.sol";
import {IWormholeTokenBridge} from "../../src/ports/external/IWormholeTokenBridge.sol";
import {RemotePort} from "../../src/ports/RemotePort.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {WormholePortFixture} from "../fixtures/WormholePortFixture.sol";

/// @notice What a Wormhole port refuses: before it is set up, from whom it does not serve, with wrong arguments.
contract WormholePortSetupTest is WormholePortFixture {
    TestToken private _token;

    function setUp() public override {
        super.setUp();
        _token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(_token), true);
        _token.mint(address(hub), 10e18);
    }

    // ------------------------------------------------------------------------------------------- before it is set up

    function test_RevertIf_SendingBeforeItIsSetUp() public {
        WormholePort fresh = new WormholePort(address(this), hubSide.core, hubSide.tokenBridge);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(hub)));
        hub.send(fresh, SPOKE, address(_token), 1e18, PAYLOAD);
        fresh.setReceiver(address(hub));
        _expectRefusal(fresh, abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, address(_token)));
        fresh.setToken(address(_token));
        _expectRefusal(fresh, abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, SPOKE));
        fresh.setPeer(SPOKE, SPOKE_CHAIN, _word(address(spokePort)));
        hub.send(fresh, SPOKE, address(_token), 1e18, PAYLOAD);
    }

    /// @dev Fresh from the constructor, a port takes nothing from anybody.
    function test_RevertIf_ReceivingBeforeItIsSetUp() public {
        WormholePort fresh = new WormholePort(address(this), spokeSide.core, spokeSide.tokenBridge);
        _token.mint(address(this), 1e18);
        _token.approve(hubSide.tokenBridge, 1e18);
        vm.recordLogs();
        IWormholeTokenBridge(hubSide.tokenBridge)
            .transferTokensWithPayload(address(_token), 1e18, SPOKE_CHAIN, _word(address(fresh)), 0, PAYLOAD);
        bytes memory signed = vaa(HUB_CHAIN, published(), GUARDIAN_KEY);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.ChainUnknown.selector, HUB_CHAIN));
        fresh.receiveTransfer(signed);
        fresh.setPeer(0, HUB_CHAIN, _word(address(this)));
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, spokeToken));
        fresh.receiveTransfer(signed);
        fresh.setToken(spokeToken);
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        fresh.receiveTransfer(signed);
        fresh.setReceiver(address(spoke));
        fresh.receiveTransfer(signed);
    }

    /// @dev An unset receiver is not the zero address's permission.
    function test_RevertIf_NobodySends() public {
        WormholePort fresh = new WormholePort(address(this), hubSide.core, hubSide.tokenBridge);
        fresh.setToken(address(_token));
        fresh.setPeer(SPOKE, SPOKE_CHAIN, _word(address(spokePort)));
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
            SPOKE, spokeToken, 1e18, PAYLOAD, abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, spokeToken)
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
        hub.send(hubPort, SPOKE, address(_token), 1e18, longest);
        spokePort.receiveTransfer(vaa(HUB_CHAIN, published(), GUARDIAN_KEY));
        assertEq(spoke.lastArrival().payload, longest);
    }

    function test_RevertIf_SurplusHasNoWhereToGo() public {
        vm.startPrank(address(hub));
        _token.approve(address(hubPort), 1e18);
        vm.deal(address(hub), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.SurplusRejected.selector, address(0), 9));
        hubPort.send{value: 9}(SPOKE, address(_token), 1e18, PAYLOAD, address(0));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.SurplusRejected.selector, address(_token), 9));
        hubPort.send{value: 9}(SPOKE, address(_token), 1e18, PAYLOAD, address(_token));
        hubPort.send(SPOKE, address(_token), 1e18, PAYLOAD, address(0));
    }

    // --------------------------------------------------------------------------------------------------- setting up

    function test_RevertIf_ReceiverIsWrong() public {
        WormholePort fresh = new WormholePort(address(this), hubSide.core, hubSide.tokenBridge);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverInvalid.selector, address(0)));
        fresh.setReceiver(address(0));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverInvalid.selector, address(9)));
        fresh.setReceiver(address(9));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverAlreadySet.selector, address(hub)));
        hubPort.setReceiver(address(spoke));
    }

    function test_RevertIf_PeerIsWrong() public {
        WormholePort fresh = new WormholePort(address(this), hubSide.core, hubSide.tokenBridge);
        bytes32 peerPort = _word(address(spokePort));
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerInvalid.selector, SPOKE, 0, peerPort));
        fresh.setPeer(SPOKE, 0, peerPort);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerInvalid.selector, SPOKE, SPOKE_CHAIN, bytes32(0)));
        fresh.setPeer(SPOKE, SPOKE_CHAIN, 0);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.PeerAlreadySet.selector, SPOKE));
        hubPort.setPeer(SPOKE, SPOKE_CHAIN, peerPort);
        vm.expectRevert(abi.encodeWithSelector(RemotePort.ChainAlreadySet.selector, SPOKE_CHAIN));
        hubPort.setPeer(9, SPOKE_CHAIN, peerPort);
    }

    /// @dev The Token Bridge would take tokens for a chain from which it takes nothing back: also for its own.
    function test_RevertIf_PeersChainHasNoTokenBridge() public {
        vm.expectRevert(abi.encodeWithSelector(WormholePort.EmitterUnset.selector, 99));
        hubPort.setPeer(9, 99, "port");
        vm.expectRevert(abi.encodeWithSelector(WormholePort.EmitterUnset.selector, HUB_CHAIN));
        hubPort.setPeer(9, HUB_CHAIN, "port");
    }

    function test_RevertIf_TokenIsWrong() public {
        vm.expectRevert(abi.encodeWithSelector(WormholePort.TokenInvalid.selector, address(9)));
        hubPort.setToken(address(9));
        vm.expectRevert(abi.encodeWithSelector(WormholePort.TokenInvalid.selector, address(0)));
        hubPort.setToken(address(0));
        vm.expectRevert(abi.encodeWithSelector(WormholePort.TokenAlreadySet.selector, address(_token)));
        hubPort.setToken(address(_token));
    }

    function test_RevertIf_ConstructedWrong() public {
        (address core, address tokenBridge) = (hubSide.core, hubSide.tokenBridge);
        _expectBridgeInvalid(core, address(9));
        _expectBridgeInvalid(address(9), tokenBridge);
        _expectBridgeInvalid(core, spokeSide.tokenBridge);
        // A Token Bridge that names a core that is not there.
        vm.mockCall(tokenBridge, abi.encodeCall(IWormholeTokenBridge.wormhole, ()), abi.encode(address(9)));
        _expectBridgeInvalid(address(9), tokenBridge);
        vm.clearMockedCalls();
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new WormholePort(address(0), core, tokenBridge);
        // A core that nobody has initialised knows no chain.
        vm.mockCall(core, abi.encodeCall(IWormholeCore.chainId, ()), abi.encode(uint16(0)));
        _expectBridgeInvalid(core, tokenBridge);
    }

    function test_RevertIf_StrangerSetsUp() public {
        WormholePort fresh = new WormholePort(address(this), hubSide.core, hubSide.tokenBridge);
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(0xBAD));
        vm.startPrank(address(0xBAD));
        vm.expectRevert(refused);
        fresh.setReceiver(address(hub));
        vm.expectRevert(refused);
        fresh.setToken(address(_token));
        vm.expectRevert(refused);
        fresh.setPeer(SPOKE, SPOKE_CHAIN, bytes32("port"));
    }

    // ------------------------------------------------------------------------------------------------------ helpers

    function _expectBridgeInvalid(address core, address tokenBridge) private {
        vm.expectRevert(abi.encodeWithSelector(WormholePort.BridgeInvalid.selector, core, tokenBridge));
        new WormholePort(address(this), core, tokenBridge);
    }

    function _expectRefusal(WormholePort port, bytes memory reason) private {
        vm.expectRevert(reason);
        port.quoteSend(SPOKE, address(_token), 1e18, PAYLOAD);
        vm.expectRevert(reason);
        hub.send(port, SPOKE, address(_token), 1e18, PAYLOAD);
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
}
