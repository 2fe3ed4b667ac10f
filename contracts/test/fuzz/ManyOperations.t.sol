// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BidKind, BidState, PoolState} from "../../src/interfaces/ILiquiditySpoke.sol";
import {FLAG_TWO_PARTS, LegId} from "../../src/libraries/Types.sol";
import {SpokeFixture} from "../fixtures/SpokeFixture.sol";

/// @notice Ten thousand operations of one pool, whose calls bring for each unit one unit of collateral or of refund: then what
/// an LP gets out in all is what it has put in, and what is missing is what rounding has cost.
contract ManyOperationsTest is SpokeFixture {
    uint8 private constant TIER = 2;
    uint256 private constant OPERATIONS = 10_000;
    uint256 private constant LPS = 6;
    uint256 private constant MAX_BIDS = 40;

    uint256[] private _bids;
    mapping(address lp => uint256) private _paidIn;
    mapping(address lp => uint256) private _operations;
    uint256 private _random;

    function collateralDecimals() internal pure override returns (uint8) {
        return 6;
    }

    function test_TenThousandOperations_CostAtMostOneUnitEach() public {
        vm.pauseGasMetering();
        _random = 20_261_127;
        for (uint256 i; i < OPERATIONS; ++i) {
            _step();
        }
        _everybodyLeaves();

        uint256 lost;
        uint256 operations;
        for (uint256 i; i < LPS; ++i) {
            address lp = _lp(i);
            uint256 out = debt.balanceOf(lp) + collateral.balanceOf(lp);
            assertLe(out, _paidIn[lp], "nobody gains by rounding");
            assertLe(_paidIn[lp] - out, _operations[lp], "nor loses more than one unit an operation");
            lost += _paidIn[lp] - out;
            operations += _operations[lp];
        }
        emit log_named_uint("units lost by all", lost);
        emit log_named_uint("operations of all", operations);
        assertGt(operations, OPERATIONS / 2, "LPs did most of it");
        assertEq(debt.balanceOf(address(spoke)) + collateral.balanceOf(address(spoke)), lost, "it is still here");
    }

    function _step() private {
        uint256 dice = _next(100);
        if (dice < 30 && _bids.length < MAX_BIDS) return _bid();
        if (dice < 45) return vm.warp(block.timestamp + _next(2000));
        if (dice < 60) return _call();
        uint256 offset = _next(_bids.length + 1);
        for (uint256 i; i < _bids.length; ++i) {
            uint256 index = (offset + i) % _bids.length;
            if (dice < 80 ? _ask(index) : _takeOut(index)) return;
        }
        vm.warp(block.timestamp + 600);
    }

    function _bid() private {
        address lp = _lp(_next(LPS));
        uint128 amount = uint128(1 + _next(10 ** (1 + _next(9))));
        _bids.push(enterBid(lp, TIER, amount));
        _paidIn[lp] += amount;
        ++_operations[lp];
    }

    function _ask(uint256 index) private returns (bool) {
        BidState memory bid = spoke.bid(_bids[index]);
        uint256 most = bid.entering != 0 ? bid.entering : bid.standby;
        if (most == 0 || bid.kind == BidKind.Exiting || _bids.length + 2 > MAX_BIDS) return false;
        (uint256 exitBidId, uint256 remainder) =
            requestWithdraw(_bids[index], uint128(_next(3) == 0 ? most : 1 + _next(most)));
        ++_operations[bid.owner];
        if (exitBidId != 0) _bids.push(exitBidId);
        if (remainder != 0) _bids.push(remainder);
        return true;
    }

    /// @dev Collects, claims both tokens, and forgets the bid once it is over.
    function _takeOut(uint256 index) private returns (bool any) {
        uint256 bidId = _bids[index];
        BidState memory bid = spoke.bid(bidId);
        if (bid.collectable != 0) {
            spoke.withdraw(bidId);
            (any, bid.collectable) = (true, 0);
            ++_operations[bid.owner];
        }
        address[2] memory tokens = [address(debt), address(collateral)];
        for (uint256 i; i < 2; ++i) {
            if (claimAll(bidId, tokens[i]) == 0) continue;
            any = true;
            ++_operations[bid.owner];
        }
        bool over = bid.endGen <= spoke.pool(BASKET, TIER).finalized || bid.shares + bid.entering == 0;
        if (over) {
            _bids[index] = _bids[_bids.length - 1];
            _bids.pop();
        }
    }

    /// @dev Some of the call is settled at par, the rest comes back. Every LP of the pool takes part in it.
    function _call() private {
        PoolState memory pool = spoke.pool(BASKET, TIER);
        if (pool.assets == 0) return;
        uint128 amount = uint128(_next(20) == 0 ? pool.assets : 1 + _next(pool.assets));
        LegId legId = callPool(TIER, amount);
        uint128 used = _next(3) == 0 ? amount : uint128(_next(amount));
        bool two = used != 0 && used != amount;
        if (used != 0) settle(legId, TIER, pool.gens, used, two ? FLAG_TWO_PARTS : 0);
        if (used != amount) refund(legId, TIER, pool.gens, amount - used, two ? FLAG_TWO_PARTS : 0);
    }

    function _everybodyLeaves() private {
        vm.warp(block.timestamp + 1 days);
        uint256 count = _bids.length;
        for (uint256 i; i < count; ++i) {
            BidState memory bid = spoke.bid(_bids[i]);
            if (bid.standby == 0 || bid.kind == BidKind.Exiting) continue;
            (uint256 exitBidId,) = requestWithdraw(_bids[i], bid.standby);
            _bids.push(exitBidId);
            ++_operations[bid.owner];
        }
        vm.warp(block.timestamp + 1 days);
        for (uint256 i = _bids.length; i != 0; --i) {
            _takeOut(i - 1);
        }
    }

    function _lp(uint256 i) private returns (address) {
        return makeAddr(string(abi.encode("lp", i)));
    }

    function _next(uint256 bound) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }
}
