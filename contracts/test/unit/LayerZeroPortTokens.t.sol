// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {LayerZeroPortFixture} from "../fixtures/LayerZeroPortFixture.sol";
import {EchoReceiver} from "../fixtures/PortReceivers.sol";
import {FalseToken, HookToken, RebasingToken, SilentToken, TaxedToken} from "../fixtures/PortTokens.sol";

/// @notice Hostile tokens on the hub's chain, locked in a real OFT adapter. On the spoke there is LayerZero's own OFT.
contract LayerZeroPortTokensTest is LayerZeroPortFixture {
    function test_TokenThatReturnsNothing_GoesBothWays() public {
        SilentToken token = new SilentToken();
        connect(address(token), 6);
        token.mint(address(hub), 1000);
        // An allowance that is left over must not block the next one.
        vm.prank(address(hubPort));
        token.approve(address(adapter), 1);
        fundSpoke(1000);
        assertEq(oft.balanceOf(address(spoke)), 1000);
        (, Compose memory compose) = queuedAtHub(1000);
        executeCompose(HUB_EID, compose);
        assertEq(token.balanceOf(address(hub)), 1000);
        assertEq(token.totalSupply(), 1000);
    }

    // ------------------------------------------------------------------------------------------------ fee on transfer

    function test_RevertIf_TokenTakesAFee() public {
        TaxedToken token = new TaxedToken();
        connect(address(token), 6);
        token.mint(address(hub), 1000);
        token.setTaxing(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 1000, 990));
        hub.send{value: LAYERZERO_FEE}(hubPort, SPOKE, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    /// @dev Handing over less than the message says would be paid by others: it waits until it can be whole.
    function test_TokenThatBeginsToTakeAFee_WaitsAtThePort() public {
        TaxedToken token = new TaxedToken();
        connect(address(token), 6);
        token.mint(address(hub), 1000);
        fundSpoke(1000);
        (bytes32 messageId, Compose memory compose) = queuedAtHub(1000);
        token.setTaxing(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 1000, 990));
        executeCompose(HUB_EID, compose);
        assertFalse(hubPort.consumed(messageId));
        assertEq(token.balanceOf(address(hubPort)), 1000);
        token.setTaxing(false);
        executeCompose(HUB_EID, compose);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    // ------------------------------------------------------------------------------------------------- returning false

    function test_RevertIf_TokenReturnsFalse() public {
        FalseToken token = new FalseToken();
        connect(address(token), 6);
        token.mint(address(hub), 1000);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token));
        vm.startPrank(address(hub));
        vm.deal(address(hub), 1 ether);
        token.approve(address(hubPort), 1000);
        token.fail(false, true, false);
        vm.expectRevert(failed);
        hubPort.send{value: LAYERZERO_FEE}(SPOKE, address(token), 1000, PAYLOAD, address(hub));
        token.fail(false, false, true);
        vm.expectRevert(failed);
        hubPort.send{value: LAYERZERO_FEE}(SPOKE, address(token), 1000, PAYLOAD, address(hub));
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    function test_TokenThatReturnsFalse_WaitsAtThePort() public {
        FalseToken token = new FalseToken();
        connect(address(token), 6);
        token.mint(address(hub), 1000);
        fundSpoke(1000);
        (bytes32 messageId, Compose memory compose) = queuedAtHub(1000);
        token.fail(true, true, true);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        executeCompose(HUB_EID, compose);
        assertFalse(hubPort.consumed(messageId));
        assertEq(hub.arrivals().length, 0);
        token.fail(false, false, false);
        executeCompose(HUB_EID, compose);
        assertEq(token.balanceOf(address(hub)), 1000);
    }

    // -------------------------------------------------------------------------------------------------------- re-entry

    /// @dev In the middle of a send, the token has a message delivered that waits.
    function test_RevertIf_TokenReentersFromSendIntoACompose() public {
        (HookToken token, Compose memory waiting) = _hooked();
        token.arm(address(endpoints[HUB_EID]), composeCall(waiting), false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        hub.send{value: LAYERZERO_FEE}(hubPort, SPOKE, address(token), 1e18, PAYLOAD);
        token.arm(address(0), "", false);
        executeCompose(HUB_EID, waiting);
    }

    /// @dev In the middle of a delivery, the token has another message delivered.
    function test_RevertIf_TokenReentersFromAComposeIntoAnother() public {
        (HookToken token, Compose memory waiting) = _hooked();
        (, Compose memory second) = queuedAtHub(2e18);
        token.arm(address(endpoints[HUB_EID]), composeCall(second), false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        executeCompose(HUB_EID, waiting);

        token.arm(address(endpoints[HUB_EID]), composeCall(second), true);
        executeCompose(HUB_EID, waiting);
        assertFalse(token.succeeded(), "refused, and it harms nobody that the token keeps it to itself");
        assertFalse(hubPort.consumed(second.guid));
        assertEq(hub.arrivals().length, 1);
        assertEq(token.balanceOf(address(hubPort)), 2e18);
        executeCompose(HUB_EID, second);
        assertEq(hub.lastArrival().amountLocal, 2e18);
    }

    /// @dev In the middle of a delivery, the token has the receiver send.
    function test_RevertIf_TokenReentersFromAComposeIntoSend() public {
        (HookToken token, Compose memory waiting) = _hooked();
        bytes memory again = abi.encodeCall(HubDouble.send, (hubPort, SPOKE, address(token), 1e18, PAYLOAD));
        token.arm(address(hub), again, false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        executeCompose(HUB_EID, waiting);
    }

    function test_RevertIf_ReceiverReenters() public {
        HookToken token = new HookToken();
        connect(address(token), 18);
        token.mint(address(hub), 10e18);
        EchoReceiver echo = new EchoReceiver();
        LayerZeroPort port = new LayerZeroPort(address(this), address(endpoints[SPOKE_EID]));
        port.setReceiver(address(echo));
        port.setToken(address(oft), address(oft));
        port.setPeer(0, HUB_EID, word(address(hubPort)));
        port.setReceiveGas(0, RECEIVE_GAS);
        (, Compose memory compose) = queuedAtSpoke(1e18);
        deal(address(oft), address(port), 1e18);
        vm.prank(address(endpoints[SPOKE_EID]));
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        port.lzCompose(address(oft), compose.guid, compose.message, address(0), "");
    }

    // -------------------------------------------------------------------------------------------------------- rebasing

    /// @dev Balances grow while a message waits: it brings what it says, the rest is nobody's.
    function test_TokenThatGrowsWhileItWaits_BringsItsAmount() public {
        (RebasingToken token, Compose memory compose) = _rebasing(3e18);
        token.rebase(address(hubPort), 6e18);
        executeCompose(HUB_EID, compose);
        assertEq(hub.lastArrival().amountLocal, 3e18);
        assertEq(token.balanceOf(address(hub)), 3e18);
        assertEq(token.balanceOf(address(hubPort)), 3e18);
    }

    /// @dev Balances shrink while messages wait: none is paid in part, and what is missing is missing at the last.
    function test_TokenThatShrinksWhileItWaits_WaitsUntilItIsWhole() public {
        (RebasingToken token, Compose memory first) = _rebasing(3e18);
        (, Compose memory second) = queuedAtHub(2e18);
        token.rebase(address(hubPort), 2e18);
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        executeCompose(HUB_EID, first);
        executeCompose(HUB_EID, second);
        assertEq(token.balanceOf(address(hub)), 2e18);
        vm.expectPartialRevert(IERC20Errors.ERC20InsufficientBalance.selector);
        executeCompose(HUB_EID, first);
        token.mint(address(hubPort), 3e18);
        executeCompose(HUB_EID, first);
        assertEq(token.balanceOf(address(hub)), 5e18);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    /// @dev A token with a hook, a message with it that waits at the hub's port, and more of it on both sides.
    function _hooked() private returns (HookToken token, Compose memory waiting) {
        token = new HookToken();
        connect(address(token), 18);
        token.mint(address(hub), 20e18);
        fundSpoke(10e18);
        (, waiting) = queuedAtHub(3e18);
    }

    function _rebasing(uint256 amountLocal) private returns (RebasingToken token, Compose memory compose) {
        token = new RebasingToken();
        connect(address(token), 18);
        token.mint(address(hub), 10e18);
        fundSpoke(10e18);
        (, compose) = queuedAtHub(amountLocal);
    }
}
