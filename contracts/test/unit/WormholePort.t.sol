// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {IWormholeCore} from "../../src/ports/external/IWormholeCore.sol";
import {IWormholeTokenBridge} from "../../src/ports/external/IWormholeTokenBridge.sol";
import {RemotePort} from "../../src/ports/RemotePort.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {WormholePortFixture} from "../fixtures/WormholePortFixture.sol";

contract WormholePortTest is WormholePortFixture {
    uint256 private constant FEE = 77;

    TestToken private _token;
    IERC20 private _wrapped;

    function setUp() public override {
        super.setUp();
        _token = new TestToken("Token", "TOK", 18, address(this));
        connect(address(_token), true);
        _wrapped = IERC20(spokeToken);
        _token.mint(address(hub), 1e30);
    }

    function test_ThereAndBack() public {
        (bytes32 messageId, bytes memory signed) = sendToSpoke(3e18);
        assertEq(_token.balanceOf(hubSide.tokenBridge), 3e18, "locked");
        vm.expectEmit(address(spokePort));
        emit IBridgePort.TransferDelivered(0, messageId, address(_wrapped), 3e18);
        vm.prank(address(0xA11));
        spokePort.receiveTransfer(signed);
        HubDouble.Arrival memory arrival = spoke.lastArrival();
        assertEq(arrival.peer, 0);
        assertEq(arrival.token, address(_wrapped));
        assertEq(arrival.amountLocal, 3e18, "the representation keeps the decimals");
        assertEq(arrival.messageId, messageId);
        assertEq(arrival.payload, PAYLOAD);
        assertEq(_wrapped.balanceOf(address(spoke)), 3e18);

        vm.recordLogs();
        messageId = spoke.send(spokePort, 0, address(_wrapped), 1e18, hex"ff");
        hubPort.receiveTransfer(vaa(SPOKE_CHAIN, published(), GUARDIAN_KEY));
        arrival = hub.lastArrival();
        assertEq(arrival.peer, SPOKE);
        assertEq(arrival.token, address(_token));
        assertEq(arrival.amountLocal, 1e18);
        assertEq(arrival.messageId, messageId);
    }

    /// @dev Set up, a port needs no owner.
    function test_Renounced_GoesOnBothWays() public {
        hubPort.renounceOwnership();
        spokePort.renounceOwnership();
        fundSpoke(3e18);
        (, bytes memory signed) = sendToHub(1e18);
        hubPort.receiveTransfer(signed);
        assertEq(hub.lastArrival().amountLocal, 1e18);
    }

    function test_Send_SaysSoAndLeavesNothingBehind() public {
        bytes32 messageId = keccak256(abi.encode(HUB_CHAIN, _word(hubSide.tokenBridge), uint64(1)));
        vm.expectEmit(address(hubPort));
        emit IBridgePort.TransferSent(SPOKE, messageId, address(_token), 3e18, PAYLOAD);
        vm.expectEmit(address(hubPort));
        emit WormholePort.TransferPublished(SPOKE, messageId, 1);
        assertEq(hub.send(hubPort, SPOKE, address(_token), 3e18, PAYLOAD), messageId);
        assertEq(_token.balanceOf(address(hubPort)), 0);
        assertEq(_token.allowance(address(hubPort), hubSide.tokenBridge), 0);
    }

    /// @dev The fee is read each time; the bridge itself wants it exactly.
    function test_Send_PaysTheFeeOfTheMomentAndReturnsTheRest() public {
        _setFee(FEE);
        assertEq(hubPort.quoteSend(SPOKE, address(_token), 1e18, PAYLOAD), FEE);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.FeeTooLow.selector, FEE, FEE - 1));
        hub.send{value: FEE - 1}(hubPort, SPOKE, address(_token), 1e18, PAYLOAD);
        uint256 before = address(hub).balance;
        hub.send{value: FEE + 5}(hubPort, SPOKE, address(_token), 1e18, PAYLOAD);
        assertEq(address(hub).balance - before, 5);
        assertEq(hubSide.core.balance, FEE);
        assertEq(address(hubPort).balance, 0);
    }

    /// @dev Tokens that lay at the port before do not count.
    function test_Receive_CreditsWhatCame() public {
        (, bytes memory first) = sendToSpoke(3e18);
        spokePort.receiveTransfer(first);
        vm.prank(address(spoke));
        _wrapped.transfer(address(spokePort), 2e18);
        (, bytes memory second) = sendToSpoke(5e18);
        spokePort.receiveTransfer(second);
        assertEq(spoke.lastArrival().amountLocal, 5e18);
    }

    function test_RevertIf_SignedByNoGuardian() public {
        vm.recordLogs();
        hub.send(hubPort, SPOKE, address(_token), 3e18, PAYLOAD);
        bytes memory signed = vaa(HUB_CHAIN, published(), 0xBAD);
        vm.expectPartialRevert(WormholePort.VaaInvalid.selector);
        spokePort.receiveTransfer(signed);
    }

    function test_RevertIf_AnyByteIsChanged() public {
        (, bytes memory signed) = sendToSpoke(3e18);
        signed[signed.length - 1] ^= 0x01;
        vm.expectPartialRevert(WormholePort.VaaInvalid.selector);
        spokePort.receiveTransfer(signed);
    }

    /// @dev Guardians sign what anybody publishes: only the Token Bridge's word counts.
    function test_RevertIf_EmitterIsNotTheTokenBridge() public {
        Published memory message = _lastTransfer();
        message.emitter = address(0xBAD);
        _expectReceiveRevert(
            abi.encodeWithSelector(
                WormholePort.EmitterMismatch.selector, HUB_CHAIN, _word(hubSide.tokenBridge), _word(address(0xBAD))
            ),
            vaa(HUB_CHAIN, message, GUARDIAN_KEY)
        );
    }

    /// @dev No Token Bridge is registered for that chain: zero is nobody's word.
    function test_RevertIf_ChainHasNoTokenBridge() public {
        Published memory message = _lastTransfer();
        message.emitter = address(0);
        _expectReceiveRevert(
            abi.encodeWithSelector(WormholePort.EmitterMismatch.selector, 99, bytes32(0), bytes32(0)),
            vaa(99, message, GUARDIAN_KEY)
        );
    }

    function test_RevertIf_SentToAnother() public {
        (, bytes memory signed) = sendToSpoke(3e18);
        WormholePort other = new WormholePort(address(this), spokeSide.core, spokeSide.tokenBridge);
        vm.expectRevert(
            abi.encodeWithSelector(WormholePort.RecipientMismatch.selector, SPOKE_CHAIN, _word(address(spokePort)))
        );
        other.receiveTransfer(signed);
    }

    /// @dev payloadId 1 | amount 32 | token 32 | token chain 2 | to 32 | to chain 2
    function test_RevertIf_SentToAnotherChain() public {
        Published memory message = _lastTransfer();
        (message.payload[99], message.payload[100]) = (0x00, 0x63);
        _expectReceiveRevert(
            abi.encodeWithSelector(WormholePort.RecipientMismatch.selector, 99, _word(address(spokePort))),
            vaa(HUB_CHAIN, message, GUARDIAN_KEY)
        );
    }

    function test_RevertIf_SentByAnother() public {
        _token.mint(address(this), 1e18);
        _token.approve(hubSide.tokenBridge, 1e18);
        vm.recordLogs();
        IWormholeTokenBridge(hubSide.tokenBridge)
            .transferTokensWithPayload(address(_token), 1e18, SPOKE_CHAIN, _word(address(spokePort)), 0, PAYLOAD);
        bytes memory signed = vaa(HUB_CHAIN, published(), GUARDIAN_KEY);
        _expectReceiveRevert(
            abi.encodeWithSelector(IBridgePort.PeerMismatch.selector, 0, _word(address(hubPort)), _word(address(this))),
            signed
        );
    }

    function test_RevertIf_TokenIsNotAllowed() public {
        TestToken other = new TestToken("Other", "OTH", 18, address(this));
        address wrappedOther = wrapToken(hubSide, spokeSide, address(other));
        other.mint(address(hub), 1e18);
        hubPort.setToken(address(other));
        vm.recordLogs();
        hub.send(hubPort, SPOKE, address(other), 1e18, PAYLOAD);
        bytes memory signed = vaa(HUB_CHAIN, published(), GUARDIAN_KEY);
        _expectReceiveRevert(abi.encodeWithSelector(IBridgePort.TokenUnknown.selector, wrappedOther), signed);
        spokePort.setToken(wrappedOther);
        spokePort.receiveTransfer(signed);
        assertEq(spoke.lastArrival().token, wrappedOther);
    }

    function _lastTransfer() private returns (Published memory) {
        vm.recordLogs();
        hub.send(hubPort, SPOKE, address(_token), 3e18, PAYLOAD);
        return published();
    }

    function _expectReceiveRevert(bytes memory reason, bytes memory signed) private {
        vm.expectRevert(reason);
        spokePort.receiveTransfer(signed);
    }

    /// @dev The fee is governance's to set; where the core keeps it is asked of it once.
    function _setFee(uint256 fee) private {
        bytes memory call = abi.encodeCall(IWormholeCore.messageFee, ());
        for (uint256 slot = 0; slot < 16; ++slot) {
            bytes32 kept = vm.load(hubSide.core, bytes32(slot));
            vm.store(hubSide.core, bytes32(slot), bytes32(fee));
            (bool ok, bytes memory answer) = hubSide.core.staticcall(call);
            if (ok && abi.decode(answer, (uint256)) == fee) return;
            vm.store(hubSide.core, bytes32(slot), kept);
        }
        revert("the core keeps its fee elsewhere");
    }
}
