// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Test} from "forge-std/Test.sol";
import {TestToken} from "../../src/devnet/TestToken.sol";
import {IBridgePort} from "../../src/interfaces/IBridgePort.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {KIND_LEG_SETTLED, LegReceipt, Receipt as ReceiptMessage, ReceiptFill} from "../../src/libraries/Types.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LocalPort} from "../../src/ports/LocalPort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";

contract LocalPortTest is Test {
    uint32 private constant SPOKE = 7;
    bytes private constant PAYLOAD = hex"0102030405";

    LocalPort private _port;
    TestToken private _token;
    HubDouble private _hub;
    HubDouble private _spoke;

    function setUp() public {
        _port = new LocalPort(address(this));
        _token = new TestToken("Token", "TOK", 18, address(this));
        _hub = new HubDouble();
        _spoke = new HubDouble();
        _port.setReceiver(address(_hub));
        _port.setSpoke(SPOKE, address(_spoke));
        _token.mint(address(_hub), 100);
        _token.mint(address(_spoke), 100);
    }

    function test_DeliversBothWaysAtOnce() public {
        bytes32 first = keccak256(abi.encode(block.chainid, address(_port), 1));
        vm.expectEmit(address(_port));
        emit IBridgePort.TransferSent(SPOKE, first, address(_token), 30, PAYLOAD);
        vm.expectEmit(address(_port));
        emit IBridgePort.TransferDelivered(0, first, address(_token), 30);
        assertEq(_hub.send(_port, SPOKE, address(_token), 30, PAYLOAD), first);
        HubDouble.Arrival memory arrival = _spoke.lastArrival();
        assertEq(arrival.peer, 0);
        assertEq(arrival.amountLocal, 30);
        assertEq(arrival.messageId, first);
        assertEq(arrival.payload, PAYLOAD);
        assertEq(_token.balanceOf(address(_spoke)), 130);

        bytes32 second = _spoke.send(_port, 0, address(_token), 130, hex"ff");
        assertTrue(second != first && _port.consumed(first) && _port.consumed(second));
        assertEq(_hub.lastArrival().peer, SPOKE);
        assertEq(_token.balanceOf(address(_hub)), 200);
        assertEq(_token.allowance(address(_hub), address(_port)) + _token.allowance(address(_spoke), address(_port)), 0);
    }

    function test_TokensNeverLieAtThePort() public {
        vm.expectCall(address(_token), abi.encodeCall(_token.transferFrom, (address(_hub), address(_spoke), 30)), 1);
        _hub.send(_port, SPOKE, address(_token), 30, PAYLOAD);
    }

    function test_CostsNothing() public {
        assertEq(_port.quoteSend(SPOKE, address(_token), 1, PAYLOAD), 0);
        assertEq(_port.quoteSend(0, address(_token), 1, PAYLOAD), 0);
        _hub.send{value: 5}(_port, SPOKE, address(_token), 1, PAYLOAD);
        assertEq(address(_hub).balance, 5, "all value comes back");
    }

    /// @dev Set up, a port needs no owner.
    function test_Renounced_GoesOnBothWays() public {
        _port.renounceOwnership();
        _hub.send(_port, SPOKE, address(_token), 30, PAYLOAD);
        _spoke.send(_port, 0, address(_token), 130, PAYLOAD);
        assertEq(_token.balanceOf(address(_hub)), 200);
    }

    /// @dev The codec's longest message goes through, whoever filled it.
    function test_TheLongestMessageFits() public {
        ReceiptMessage memory receipt = ReceiptMessage(KIND_LEG_SETTLED, address(_token), new LegReceipt[](255));
        receipt.legs[0].fills = new ReceiptFill[](64);
        bytes memory longest = MessageCodec.encodeReceipt(receipt);
        _hub.send(_port, SPOKE, address(_token), 1, longest);
        assertEq(_spoke.lastArrival().payload, longest);
        bytes memory most = new bytes(_port.MAX_PAYLOAD_BYTES());
        assertGe(most.length, longest.length);
        _hub.send(_port, SPOKE, address(_token), 1, most);
    }

    function test_RevertIf_TheOtherSideReverts() public {
        _spoke.setRefusing(true);
        vm.expectRevert(HubDouble.Refused.selector);
        _hub.send(_port, SPOKE, address(_token), 1, PAYLOAD);
        assertEq(_port.nonce(), 0);
        assertEq(_token.balanceOf(address(_hub)), 100);
    }

    function test_RevertIf_SentByAnyoneElse() public {
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(this)));
        _port.send(SPOKE, address(_token), 1, PAYLOAD, address(this));
    }

    function test_RevertIf_PeerUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, 8);
        vm.expectRevert(unknown);
        _port.quoteSend(8, address(_token), 1, PAYLOAD);
        vm.expectRevert(unknown);
        _hub.send(_port, 8, address(_token), 1, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, 0));
        _hub.send(_port, 0, address(_token), 1, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, SPOKE));
        _spoke.send(_port, SPOKE, address(_token), 1, PAYLOAD);
    }

    function test_RevertIf_ArgumentOfSendIsWrong() public {
        _expectRefusal(0, PAYLOAD, abi.encodeWithSelector(IBridgePort.AmountZero.selector));
        _expectRefusal(1, "", abi.encodeWithSelector(IBridgePort.PayloadEmpty.selector));
        uint256 most = _port.MAX_PAYLOAD_BYTES();
        _expectRefusal(
            1, new bytes(most + 1), abi.encodeWithSelector(IBridgePort.PayloadTooLong.selector, most + 1, most)
        );
    }

    function test_RevertIf_SurplusHasNoWhereToGo() public {
        vm.deal(address(_hub), 1 ether);
        vm.startPrank(address(_hub));
        _token.approve(address(_port), 1);
        vm.expectRevert(abi.encodeWithSelector(BridgePort.SurplusRejected.selector, address(0), 9));
        _port.send{value: 9}(SPOKE, address(_token), 1, PAYLOAD, address(0));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.SurplusRejected.selector, address(_token), 9));
        _port.send{value: 9}(SPOKE, address(_token), 1, PAYLOAD, address(_token));
        _port.send(SPOKE, address(_token), 1, PAYLOAD, address(0));
    }

    function test_RevertIf_UsedBeforeItIsSetUp() public {
        LocalPort fresh = new LocalPort(address(this));
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        _hub.send(fresh, SPOKE, address(_token), 1, PAYLOAD);
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        fresh.quoteSend(0, address(_token), 1, PAYLOAD);
        fresh.setSpoke(SPOKE, address(_spoke));
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        _spoke.send(fresh, 0, address(_token), 1, PAYLOAD);
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        fresh.quoteSend(SPOKE, address(_token), 1, PAYLOAD);
        // An unset receiver is not the zero address's permission.
        vm.prank(address(0));
        vm.expectRevert(BridgePort.ReceiverUnset.selector);
        fresh.send(SPOKE, address(_token), 1, PAYLOAD, address(this));

        fresh = new LocalPort(address(this));
        fresh.setReceiver(address(_hub));
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, SPOKE));
        _hub.send(fresh, SPOKE, address(_token), 1, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.PeerUnknown.selector, SPOKE));
        fresh.quoteSend(SPOKE, address(_token), 1, PAYLOAD);
        vm.expectRevert(abi.encodeWithSelector(IBridgePort.CallerNotReceiver.selector, address(_spoke)));
        _spoke.send(fresh, 0, address(_token), 1, PAYLOAD);
    }

    function test_RevertIf_SetUpWrong() public {
        vm.expectRevert(abi.encodeWithSelector(LocalPort.SpokeInvalid.selector, 0, address(_spoke)));
        _port.setSpoke(0, address(_spoke));
        vm.expectRevert(abi.encodeWithSelector(LocalPort.SpokeInvalid.selector, 8, address(9)));
        _port.setSpoke(8, address(9));
        vm.expectRevert(abi.encodeWithSelector(LocalPort.SpokeInvalid.selector, 8, address(0)));
        _port.setSpoke(8, address(0));
        vm.expectRevert(abi.encodeWithSelector(LocalPort.SpokeAlreadySet.selector, SPOKE, address(_hub)));
        _port.setSpoke(SPOKE, address(_hub));
        vm.expectRevert(abi.encodeWithSelector(LocalPort.SpokeAlreadySet.selector, 8, address(_spoke)));
        _port.setSpoke(8, address(_spoke));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverAlreadySet.selector, address(_hub)));
        _port.setReceiver(address(_spoke));
        LocalPort fresh = new LocalPort(address(this));
        vm.expectRevert(abi.encodeWithSelector(BridgePort.ReceiverInvalid.selector, address(0)));
        fresh.setReceiver(address(0));
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new LocalPort(address(0));
    }

    function test_RevertIf_StrangerSetsUp() public {
        LocalPort fresh = new LocalPort(address(this));
        vm.startPrank(address(0xBAD));
        bytes memory refused = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(0xBAD));
        vm.expectRevert(refused);
        fresh.setSpoke(8, address(_hub));
        vm.expectRevert(refused);
        fresh.setReceiver(address(_hub));
    }

    /// @dev Neither quoted nor sent.
    function _expectRefusal(uint256 amountLocal, bytes memory payload, bytes memory reason) private {
        vm.expectRevert(reason);
        _port.quoteSend(SPOKE, address(_token), amountLocal, payload);
        vm.expectRevert(reason);
        _hub.send(_port, SPOKE, address(_token), amountLocal, payload);
    }
}
