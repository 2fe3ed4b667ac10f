// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Test} from "forge-std/Test.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LocalPort} from "../../src/ports/LocalPort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";
import {EchoReceiver} from "../fixtures/PortReceivers.sol";
import {DevouringToken, FalseToken, HookToken, SilentToken, TaxedToken} from "../fixtures/PortTokens.sol";

/// @notice Hostile tokens at the local port.
contract LocalPortTokensTest is Test {
    uint32 private constant SPOKE = 7;
    bytes private constant PAYLOAD = hex"0102030405";

    LocalPort private _port;
    HubDouble private _hub;
    HubDouble private _spoke;

    function setUp() public {
        _port = new LocalPort(address(this));
        _hub = new HubDouble();
        _spoke = new HubDouble();
        _port.setReceiver(address(_hub));
        _port.setSpoke(SPOKE, address(_spoke));
    }

    function test_TokenThatReturnsNothing_GoesBothWays() public {
        SilentToken token = new SilentToken();
        token.mint(address(_hub), 1000);
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(_spoke)), 1000);
        _spoke.send(_port, 0, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(_hub)), 1000);
    }

    function test_RevertIf_TokenTakesAFee() public {
        TaxedToken token = new TaxedToken();
        token.mint(address(_hub), 1000);
        token.setTaxing(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 1000, 990));
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(_hub)), 1000);
    }

    function test_RevertIf_TokenTakesMoreThanItBrings() public {
        DevouringToken token = new DevouringToken();
        token.mint(address(_hub), 1000);
        token.mint(address(_spoke), 500);
        token.setDevouring(true);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.TransferMismatch.selector, address(token), 1000, 0));
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);
        assertEq(token.balanceOf(address(_spoke)), 500);
    }

    function test_RevertIf_TokenReturnsFalse() public {
        FalseToken token = new FalseToken();
        token.mint(address(_hub), 1000);
        token.fail(false, true, false);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);
    }

    /// @dev The hook calls a contract that the port serves, which sends once more.
    function test_RevertIf_TokenReenters() public {
        HookToken token = new HookToken();
        token.mint(address(_hub), 1000);
        token.mint(address(_spoke), 1000);
        bytes memory again = abi.encodeCall(HubDouble.send, (_port, 0, address(token), 1, PAYLOAD));
        token.arm(address(_spoke), again, false);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);

        token.arm(address(_spoke), again, true);
        _hub.send(_port, SPOKE, address(token), 1000, PAYLOAD);
        assertFalse(token.succeeded(), "refused, and it harms nobody that the token keeps it to itself");
        assertEq(token.balanceOf(address(_spoke)), 2000);
        assertEq(_port.nonce(), 1);
        assertEq(_hub.arrivals().length, 0);
    }

    function test_RevertIf_ReceiverReenters() public {
        EchoReceiver echo = new EchoReceiver();
        _port.setSpoke(8, address(echo));
        HookToken token = new HookToken();
        token.mint(address(_hub), 1000);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _hub.send(_port, 8, address(token), 1000, PAYLOAD);
    }
}
