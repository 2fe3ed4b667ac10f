// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAuctionHubEvents, LegRecord, LegStatus} from "../../src/interfaces/IAuctionHub.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";
import {AuctionId, Fill, PlanHash} from "../../src/libraries/Types.sol";
import {HubFixture} from "../fixtures/HubFixture.sol";

contract AuctionHubArriveTest is HubFixture {
    AuctionId internal auctionId;
    PlanHash internal planHash;

    function setUp() public override {
        super.setUp();
        auctionId = _open(1000 * USD, 1e18);
        planHash = _commit(auctionId, _legs(SPOKE_A, _fills(0, 100 * USD)));
    }

    function test_RecordsTheLegAndEmitsItsMessage() public {
        bytes memory message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        vm.expectEmit(address(hub));
        emit IAuctionHubEvents.LegArrived(
            _legId(planHash, SPOKE_A), auctionId, SPOKE_A, "id", uint128(100 * USD), message
        );
        port.deliver(address(hub), SPOKE_A, address(debtToken), 100 * USD, "id", message);

        LegStatus memory leg = _status(planHash, SPOKE_A);
        assertTrue(leg.committed && leg.arrived && !leg.ended);
        assertEq(leg.spoke, SPOKE_A);
        assertEq(leg.arrivedAt, block.timestamp);
        assertEq(leg.credited, 100 * USD);
        LegRecord memory record;
        bytes32 resultsHash = keccak256(abi.encode(record.results, record.fee));
        assertEq(leg.recordHash, keccak256(abi.encode(keccak256(message), resultsHash)));
    }

    function test_RecordsALegThatNobodyKnows() public {
        PlanHash unknown = PlanHash.wrap("unknown");
        _arrive(AuctionId.wrap("unknown"), unknown, SPOKE_B, _fills(3, 50 * USD));
        LegStatus memory leg = _status(unknown, SPOKE_B);
        assertTrue(leg.arrived && !leg.committed);
    }

    function test_RevertIf_TheLegHasArrived() public {
        _arrive(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        bytes memory message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegAlreadyArrived.selector, _legId(planHash, SPOKE_A)));
        port.deliver(address(hub), SPOKE_A, address(debtToken), 100 * USD, "again", message);
    }

    /// @dev Whoever forges another spoke's messages must not keep a committed leg's capital, once it comes, out for good.
    function test_RevertIf_AnotherSpokeTakesTheLegsPlace() public {
        bytes memory message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.LegOfOtherSpoke.selector, SPOKE_A, SPOKE_B));
        port.deliver(address(hub), SPOKE_B, address(debtToken), 1, "squatter", message);
        port.deliver(address(hub), SPOKE_A, address(debtToken), 100 * USD, "id", message);
        assertEq(_status(planHash, SPOKE_A).credited, 100 * USD);
    }

    function test_RevertIf_CallerIsNotTheRegisteredPort() public {
        bytes memory message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        _refuses(anyone, SPOKE_A, address(debtToken), message);
        // The port of another peer, another token, or a basket that does not exist.
        _refuses(address(port), 3, address(debtToken), message);
        _refuses(address(port), SPOKE_A, address(collateralToken), message);
        // Bytes 66 to 69 are the basket.
        message[69] = bytes1(uint8(9));
        _refuses(address(port), SPOKE_A, address(debtToken), message);
    }

    function test_RevertIf_TheMessageIsMalformed() public {
        bytes memory message = _message(auctionId, planHash, SPOKE_A, _fills(0, 100 * USD));
        _malformed(
            abi.encodePacked(message, uint8(0)), abi.encodeWithSelector(MessageCodec.WrongLength.selector, 92, 93)
        );
        bytes memory short = new bytes(message.length - 1);
        for (uint256 i; i < short.length; ++i) {
            short[i] = message[i];
        }
        _malformed(short, abi.encodeWithSelector(MessageCodec.WrongLength.selector, 92, 91));
        _malformed("", abi.encodeWithSelector(MessageCodec.WrongLength.selector, 2, 0));
        message[0] = bytes1(uint8(2));
        _malformed(message, abi.encodeWithSelector(MessageCodec.UnknownVersion.selector, 2));
        message[0] = bytes1(uint8(1));
        message[1] = bytes1(uint8(2));
        _malformed(message, abi.encodeWithSelector(MessageCodec.UnknownKind.selector, 2));
        assertFalse(_status(planHash, SPOKE_A).arrived, "nothing is lost: the message can come again");
    }

    /// @dev Two fresh slots (44,200), five cold reads, an event, a hash. The event carries the message: 150 gas a further
    /// fill, which is why the largest message costs more than the smallest.
    function test_GasOfAnArrivalIsBounded() public {
        Fill[] memory fills = new Fill[](64);
        for (uint8 i; i < 64; ++i) {
            fills[i] = Fill(i, UNIT);
        }
        uint256 gasOne = _gasOfArrival("one", _fills(0, UNIT));
        uint256 gasMany = _gasOfArrival("many", fills);
        emit log_named_uint("1 fill", gasOne);
        emit log_named_uint("64 fills", gasMany);
        assertLt(gasOne, 64_000);
        assertLt(gasMany, 73_000);
    }

    function _refuses(address caller, uint32 peer, address token, bytes memory message) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAuctionHubEvents.CallerNotPort.selector, caller, peer, token));
        hub.onPortDelivery(peer, token, 100 * USD, "id", message);
    }

    function _malformed(bytes memory message, bytes memory expected) private {
        vm.prank(address(port));
        vm.expectRevert(expected);
        hub.onPortDelivery(SPOKE_A, address(debtToken), 100 * USD, "id", message);
    }

    function _gasOfArrival(bytes32 plan, Fill[] memory fills) private returns (uint256 used) {
        bytes memory message = _message(auctionId, PlanHash.wrap(plan), SPOKE_A, fills);
        bytes memory delivery =
            abi.encodeCall(hub.onPortDelivery, (SPOKE_A, address(debtToken), _sum(fills), "id", message));
        vm.cool(address(hub));
        vm.prank(address(port));
        address to = address(hub);
        used = gasleft();
        (bool done,) = to.call(delivery);
        used -= gasleft();
        assertTrue(done);
    }
}
