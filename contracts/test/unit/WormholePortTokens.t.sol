// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {IWormholeTokenBridge} from "../../src/ports/external/IWormholeTokenBridge.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {EchoReceiver} from "../fixtures/PortReceivers.sol";
import {FalseToken, HookToken, RebasingToken, SilentToken, TaxedToken} from "../fixtures/PortTokens.sol";
import {WormholePortFixture} from "../fixtures/WormholePortFixture.sol";

/// @notice Hostile tokens on the hub's chain, locked in the real Token Bridge. On the spoke there is its own representation.
contract WormholePortTokensTest is WormholePortFixture {
    function test_TokenThatReturnsNothing_GoesBothWays() public {
        SilentToken token = new SilentToken();
        connect(address(token), true);
        token.mint(address(hub), 1000);
        // An allowance that is left over must not block the next one.
        vm.prank(address(hubPort));
        token.approve(hubSide.tokenBridge, 1);
        fundSpoke(1000);
        (, bytes memory signed) = sendToHub(1000);
        hubPort.receiveTransfer(signed);
        assertEq(hub.lastArrival().amountLocal, 1000);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    // ------------------------------------------------------------------------------------------------ fee on transfer

    function test_RevertIf_TokenTakesAFee() public {
        TaxedToken token = new TaxedToken();
        connect(address(token), true);
        token.mint(address(hub), 1000);
        token.setTaxing(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 1000, 990));
        hub.send(hubPort, SPOKE, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    /// @dev The port is credited with what came; that it would not arrive whole at the hub keeps it from being redeemed.
    function test_TokenThatBeginsToTakeAFee_IsNotRedeemed() public {
        TaxedToken token = new TaxedToken();
        connect(address(token), true);
        token.mint(address(hub), 1000);
        fundSpoke(1000);
        (, bytes memory signed) = sendToHub(1000);
        token.setTaxing(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 990, 981));
        hubPort.receiveTransfer(signed);
        assertFalse(hubPort.consumed(vaaHash(signed)));
        assertEq(token.balanceOf(hubSide.tokenBridge), 1000);
        token.setTaxing(false);
        hubPort.receiveTransfer(signed);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    // ------------------------------------------------------------------------------------------------- returning false

    function test_RevertIf_TokenReturnsFalse() public {
        FalseToken token = new FalseToken();
        connect(address(token), true);
        token.mint(address(hub), 1000);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token));
        vm.startPrank(address(hub));
        token.approve(address(hubPort), 1000);
        token.fail(false, true, false);
        vm.expectRevert(failed);
        hubPort.send(SPOKE, address(token), 1000, PAYLOAD, address(hub));
        token.fail(false, false, true);
        vm.expectRevert(failed);
        hubPort.send(SPOKE, address(token), 1000, PAYLOAD, address(hub));
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    function test_TokenThatReturnsFalse_IsNotRedeemed() public {
        FalseToken token = new FalseToken();
        connect(address(token), true);
        token.mint(address(hub), 1000);
        fundSpoke(1000);
        (, bytes memory signed) = sendToHub(1000);
        token.fail(true, true, true);
        vm.expectRevert();
        hubPort.receiveTransfer(signed);
        assertFalse(hubPort.consumed(vaaHash(signed)));
        token.fail(false, false, false);
        hubPort.receiveTransfer(signed);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    // -------------------------------------------------------------------------------------------------------- re-entry

    /// @dev In the middle of a send, the token has a transfer redeemed that waits.
    function test_RevertIf_TokenReentersFromSendIntoAReceive() public {
        (HookToken token, bytes memory waiting) = _hooked();
        token.arm(address(hubPort), abi.encodeCall(WormholePort.receiveTransfer, (waiting)), false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hub.send(hubPort, SPOKE, address(token), 1e18, PAYLOAD);
        token.arm(address(0), "", false);
        hubPort.receiveTransfer(waiting);
    }

    /// @dev In the middle of a redemption, between the two looks at the balance, the token has another one redeemed.
    function test_RevertIf_TokenReentersFromAReceiveIntoAnother() public {
        (HookToken token, bytes memory waiting) = _hooked();
        (, bytes memory second) = sendToHub(2e18);
        bytes memory again = abi.encodeCall(WormholePort.receiveTransfer, (second));
        token.arm(address(hubPort), again, false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hubPort.receiveTransfer(waiting);

        token.arm(address(hubPort), again, true);
        hubPort.receiveTransfer(waiting);
        assertFalse(token.succeeded(), "refused, and it harms nobody that the token keeps it to itself");
        assertFalse(hubPort.consumed(vaaHash(second)));
        assertEq(hub.arrivals().length, 1);
        assertEq(hub.lastArrival().amountLocal, 3e18);
        hubPort.receiveTransfer(second);
        assertEq(hub.lastArrival().amountLocal, 2e18);
    }

    /// @dev In the middle of a redemption, the token has the receiver send.
    function test_RevertIf_TokenReentersFromAReceiveIntoSend() public {
        (HookToken token, bytes memory waiting) = _hooked();
        bytes memory again = abi.encodeCall(HubDouble.send, (hubPort, SPOKE, address(token), 1e18, PAYLOAD));
        token.arm(address(hub), again, false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hubPort.receiveTransfer(waiting);
    }

    /// @dev The port serves a contract that answers within the delivery.
    function test_RevertIf_ReceiverReenters() public {
        HookToken token = new HookToken();
        connect(address(token), true);
        EchoReceiver echo = new EchoReceiver();
        WormholePort port = new WormholePort(address(this), spokeSide.core, spokeSide.tokenBridge);
        port.setReceiver(address(echo));
        port.setToken(spokeToken);
        port.setPeer(0, HUB_CHAIN, _word(address(this)));
        token.mint(address(this), 1e18);
        token.approve(hubSide.tokenBridge, 1e18);
        vm.recordLogs();
        IWormholeTokenBridge(hubSide.tokenBridge)
            .transferTokensWithPayload(address(token), 1e18, SPOKE_CHAIN, _word(address(port)), 0, PAYLOAD);
        bytes memory signed = vaa(HUB_CHAIN, published(), GUARDIAN_KEY);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        port.receiveTransfer(signed);
    }

    // -------------------------------------------------------------------------------------------------------- rebasing

    /// @dev What the bridge has locked shrinks: it cannot pay, so nothing is redeemed until it can.
    function test_TokenThatShrinksWhileItIsAway_IsNotRedeemed() public {
        (RebasingToken token, bytes memory signed) = _rebasing(10e18);
        token.rebase(hubSide.tokenBridge, 9e18);
        vm.expectRevert();
        hubPort.receiveTransfer(signed);
        assertFalse(hubPort.consumed(vaaHash(signed)));
        token.rebase(hubSide.tokenBridge, 10e18);
        hubPort.receiveTransfer(signed);
        assertEq(token.balanceOf(address(hub)), 10e18);
    }

    function test_TokenThatGrowsWhileItIsAway_BringsItsAmount() public {
        (RebasingToken token, bytes memory signed) = _rebasing(10e18);
        token.rebase(hubSide.tokenBridge, 20e18);
        hubPort.receiveTransfer(signed);
        assertEq(hub.lastArrival().amountLocal, 10e18);
        assertEq(token.balanceOf(address(hub)), 10e18);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    /// @dev A token with a hook, a transfer of it to the hub that waits, and more of it on both sides.
    function _hooked() private returns (HookToken token, bytes memory waiting) {
        token = new HookToken();
        connect(address(token), true);
        token.mint(address(hub), 20e18);
        fundSpoke(10e18);
        (, waiting) = sendToHub(3e18);
    }

    function _rebasing(uint256 amountLocal) private returns (RebasingToken token, bytes memory signed) {
        token = new RebasingToken();
        connect(address(token), true);
        token.mint(address(hub), amountLocal);
        fundSpoke(amountLocal);
        (, signed) = sendToHub(amountLocal);
    }
}
