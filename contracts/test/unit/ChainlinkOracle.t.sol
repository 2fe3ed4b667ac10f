// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {DevnetPriceFeed} from "../../src/devnet/DevnetPriceFeed.sol";
import {ChainlinkOracle} from "../../src/hub/ChainlinkOracle.sol";
import {AggregatorV3Interface} from "../../src/interfaces/AggregatorV3Interface.sol";

contract ChainlinkOracleTest is Test {
    DevnetPriceFeed internal feed;
    ChainlinkOracle internal oracle;

    function setUp() public {
        vm.warp(1_700_000_000);
        feed = new DevnetPriceFeed("ETH / USD", 8, 2000e8, address(this));
        oracle = new ChainlinkOracle(address(feed), 18, 6, 3600, address(0), 0);
    }

    function test_PriceIsDebtPerCollateralTimesE36() public {
        assertEq(oracle.priceE36(), 2000e6 * 1e36 / 1e18);
        // One smallest unit of collateral each: 8 decimals of collateral, 18 of debt.
        assertEq(new ChainlinkOracle(address(feed), 8, 18, 3600, address(0), 0).priceE36(), 2000e18 * 1e36 / 1e8);
        feed.setAnswer(1);
        assertEq(oracle.priceE36(), 1e16);
    }

    function test_RevertIf_AnswerIsZeroOrNegative() public {
        feed.setAnswer(0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.AnswerNotPositive.selector, int256(0)));
        oracle.priceE36();
        feed.setAnswer(-1);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.AnswerNotPositive.selector, int256(-1)));
        oracle.priceE36();
    }

    function test_RevertIf_AnswerIsStale() public {
        uint256 updatedAt = block.timestamp;
        vm.warp(updatedAt + 3600);
        oracle.priceE36();
        vm.warp(updatedAt + 3601);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.AnswerStale.selector, updatedAt, updatedAt + 3601, 3600));
        oracle.priceE36();
    }

    function test_RevertIf_ARoundIsNotFinished() public {
        // Chainlink leaves `updatedAt` zero until then.
        _answers(2000e8, 0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.AnswerStale.selector, 0, block.timestamp, 3600));
        oracle.priceE36();
    }

    function test_RevertIf_AnswerIsFromTheFuture() public {
        _answers(2000e8, block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ChainlinkOracle.AnswerFromFuture.selector, block.timestamp + 1, block.timestamp)
        );
        oracle.priceE36();
    }

    function test_RevertIf_ConstructedWithNonsense() public {
        vm.expectRevert(ChainlinkOracle.FeedZero.selector);
        new ChainlinkOracle(address(0), 18, 6, 3600, address(0), 0);
        vm.expectRevert(ChainlinkOracle.MaxAgeZero.selector);
        new ChainlinkOracle(address(feed), 18, 6, 0, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.DecimalsOutOfRange.selector, 35, 6, 8));
        new ChainlinkOracle(address(feed), 35, 6, 3600, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(ChainlinkOracle.DecimalsOutOfRange.selector, 0, 50, 8));
        new ChainlinkOracle(address(feed), 0, 50, 3600, address(0), 0);
    }

    function test_RevertIf_TheSequencerIsDownOrUpForTooShort() public {
        DevnetPriceFeed uptime = new DevnetPriceFeed("sequencer", 0, 0, address(this));
        uint256 upSince = block.timestamp;
        ChainlinkOracle onRollup = new ChainlinkOracle(address(feed), 18, 6, 1 days, address(uptime), 1800);
        bytes memory tooShortly =
            abi.encodeWithSelector(ChainlinkOracle.SequencerUpTooShortly.selector, upSince, upSince + 1800, 1800);
        vm.warp(upSince + 1800);
        vm.expectRevert(tooShortly);
        onRollup.priceE36();
        vm.warp(upSince + 1801);
        assertEq(onRollup.priceE36(), oracle.priceE36());

        uptime.setAnswer(1);
        vm.warp(block.timestamp + 1 hours - 1801);
        vm.expectRevert(ChainlinkOracle.SequencerDown.selector);
        onRollup.priceE36();
        // Without the feed it would still answer.
        oracle.priceE36();
        uptime.setAnswer(0);
        vm.expectPartialRevert(ChainlinkOracle.SequencerUpTooShortly.selector);
        onRollup.priceE36();
    }

    /// @dev Before its first round an uptime feed answers zero, which would mean that all is well.
    function test_RevertIf_TheSequencersFeedHasNoRoundYet() public {
        address uptime = makeAddr("uptime");
        ChainlinkOracle onRollup = new ChainlinkOracle(address(feed), 18, 6, 3600, uptime, 1800);
        vm.mockCall(
            uptime,
            abi.encodeCall(AggregatorV3Interface.latestRoundData, ()),
            abi.encode(uint80(0), int256(0), uint256(0), uint256(0), uint80(0))
        );
        vm.expectRevert(ChainlinkOracle.SequencerDown.selector);
        onRollup.priceE36();
    }

    function testFuzz_PriceIsExact(uint64 answer, uint8 collateralDecimals, uint8 debtDecimals) public {
        vm.assume(answer != 0);
        collateralDecimals = uint8(bound(collateralDecimals, 0, 18));
        debtDecimals = uint8(bound(debtDecimals, 0, 18));
        feed.setAnswer(int256(uint256(answer)));
        uint256 price =
            new ChainlinkOracle(address(feed), collateralDecimals, debtDecimals, 1, address(0), 0).priceE36();
        assertEq(price * 10 ** collateralDecimals * 1e8, uint256(answer) * 10 ** debtDecimals * 1e36);
    }

    function _answers(int256 answer, uint256 updatedAt) private {
        vm.mockCall(
            address(feed),
            abi.encodeCall(AggregatorV3Interface.latestRoundData, ()),
            abi.encode(uint80(1), answer, updatedAt, updatedAt, uint80(1))
        );
    }
}
