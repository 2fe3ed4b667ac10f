// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Fill, Leg} from "../../src/libraries/Types.sol";
import {WorldDrain} from "./world/WorldDrain.sol";

/// @notice The hub, three spokes, operators, sources, LPs and transports of one world act in any order: what must always hold
/// (docs/protocol.md, "What must always hold") holds after every step, and at the end of every run all comes to its end.
abstract contract WorldInvariantTest is WorldDrain {
    bytes4[] private _actions;

    function setUp() public override {
        super.setUp();
        _actions = [
            this.place.selector,
            this.withdraw.selector,
            this.claim.selector,
            this.skip_.selector,
            this.sign.selector,
            this.commit.selector,
            this.call.selector,
            this.deliver.selector,
            this.deliverAgain.selector,
            this.settle.selector,
            this.release.selector,
            this.expire.selector,
            this.close.selector,
            this.dispatch.selector,
            this.open.selector,
            this.lend.selector,
            this.movePrice.selector,
            this.wait_.selector
        ];
        // So that a run begins with something to call and something to cover.
        for (uint256 i; i < 6; ++i) {
            this.place(i);
        }
        vm.warp(block.timestamp + 360);
        this.open(0);
        this.open(1);
        targetContract(address(this));
        targetSelector(FuzzSelector(address(this), _actions));
    }

    /// @dev One function for all, as each would run the same worlds anew.
    function invariant_TheWorldIsTrue() public {
        _checkAll();
    }

    function afterInvariant() public {
        _drain(deposited);
    }

    /// @dev Bridges carry no zero: a leg of which a transport brought less than one unit a fill goes home with another one.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_ARefundOfNothingGoesHomeWithAnotherOne(uint256 seed) public {
        Leg[] memory planned = new Leg[](1);
        planned[0] = Leg(2, new Fill[](2));
        for (uint256 t; t < 2; ++t) {
            _place(1, tiers[t], lps[0], 10 * unit);
            planned[0].fills[t] = Fill(tiers[t], 10 * unit);
        }
        vm.warp(block.timestamp + 360);
        _sign(auctions[0].id, planned);
        _call(legs.length - 1);
        _deliver(sites[1].hubEnd, 0, 1);
        _drain(seed);
        assertEq(reached["refund of nothing went along"], 1);
    }

    /// @dev So that a change of the dice cannot quietly empty the test.
    function test_TheWorldsReachEveryCase() public {
        string[51] memory cases = [
            "bid placed",
            "entry withdrawn",
            "asked to leave",
            "asked in part",
            "collected",
            "refund bid again",
            "call skipped",
            "skip refused",
            "skipped result claimed",
            "refund claimed",
            "gain claimed",
            "honest plan",
            "dishonest plan",
            "plan committed",
            "plan lapsed",
            "plan refused",
            "plans abandoned",
            "market's limit met",
            "called",
            "call refused",
            "epoch ended",
            "epoch ended with a rest",
            "capital delivered",
            "capital delivered short",
            "short receipt refused",
            "receipt delivered",
            "delivered again",
            "arrived after its expiry",
            "arrived before its plan",
            "result out of order",
            "result in two parts",
            "settled",
            "nothing usable",
            "leg used whole",
            "leg used in part",
            "released",
            "released uncommitted",
            "released lapsed",
            "expired",
            "closed covered",
            "closed short",
            "collateral dispatched",
            "refund dispatched",
            "receipts of several legs",
            "escrow opened",
            "position liquidated",
            "repaid during an auction",
            "auction aborted",
            "wrong leg refused",
            "late leg refused",
            "time on a limit"
        ];
        vm.pauseGasMetering();
        uint256[] memory counts = new uint256[](cases.length);
        for (uint256 world; world < WORLDS; ++world) {
            uint256 snapshot = vm.snapshotState();
            _walk(world);
            uint256[] memory here = new uint256[](cases.length);
            for (uint256 i; i < cases.length; ++i) {
                here[i] = reached[cases[i]];
            }
            vm.revertToState(snapshot);
            for (uint256 i; i < cases.length; ++i) {
                counts[i] += here[i];
            }
        }
        for (uint256 i; i < cases.length; ++i) {
            emit log_named_uint(cases[i], counts[i]);
        }
        for (uint256 i; i < cases.length; ++i) {
            assertGt(counts[i], 0, cases[i]);
        }
    }

    uint256 private constant WORLDS = 5;
    uint256 private constant STEPS = 400;

    function _walk(uint256 world) private {
        for (uint256 i; i < STEPS; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(world, i)));
            (bool done, bytes memory reason) =
                address(this).call(abi.encodeWithSelector(_actions[seed % _actions.length], seed >> 8));
            if (!done) {
                assembly {
                    revert(add(reason, 32), mload(reason))
                }
            }
            if (i % 16 == 0) this.invariant_TheWorldIsTrue();
        }
        this.afterInvariant();
    }
}

/// @notice Six decimals on the hub; 6, 8 and 18 on the spokes.
contract WorldOfSixDecimalsInvariantTest is WorldInvariantTest {
    function hubDecimals() internal pure override returns (uint8) {
        return 6;
    }

    function siteDecimals() internal pure override returns (uint8[3] memory) {
        return [6, 8, 18];
    }
}

/// @notice Eighteen decimals on the hub; 18, 6 and 8 on the spokes.
contract WorldOfEighteenDecimalsInvariantTest is WorldInvariantTest {
    function hubDecimals() internal pure override returns (uint8) {
        return 18;
    }

    function siteDecimals() internal pure override returns (uint8[3] memory) {
        return [18, 6, 8];
    }
}
