// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {AggregatorV3Interface} from "../interfaces/AggregatorV3Interface.sol";

/// @title DevnetPriceFeed
/// @notice Answers as Chainlink's `AggregatorV3Interface` does, with what its owner last set.
contract DevnetPriceFeed is AggregatorV3Interface, Ownable {
    struct Round {
        int256 answer;
        uint256 updatedAt;
    }

    uint8 public immutable decimals;
    string public description;
    uint256 public constant version = 4;

    uint80 public latestRound;
    mapping(uint80 roundId => Round) private _rounds;

    /// @notice Chainlink's own event for a new answer.
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    error NoDataPresent(uint80 roundId);

    constructor(string memory description_, uint8 decimals_, int256 answer, address owner_) Ownable(owner_) {
        description = description_;
        decimals = decimals_;
        _setAnswer(answer);
    }

    /// @notice Begins a new round with `answer`, in units of 10^-decimals; the owner only. Emits `AnswerUpdated`.
    /// @dev Warning: any answer is taken, zero and negative ones too, so that a reader's own checks can be tried.
    function setAnswer(int256 answer) external onlyOwner {
        _setAnswer(answer);
    }

    /// @notice The data of one round; reverts with `NoDataPresent` for a round that never was.
    function getRoundData(uint80 roundId_)
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return _roundData(roundId_);
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return _roundData(latestRound);
    }

    function _setAnswer(int256 answer) private {
        uint80 roundId = ++latestRound;
        _rounds[roundId] = Round({answer: answer, updatedAt: block.timestamp});
        emit AnswerUpdated(answer, roundId, block.timestamp);
    }

    function _roundData(uint80 roundId_) private view returns (uint80, int256, uint256, uint256, uint80) {
        Round memory round = _rounds[roundId_];
        if (round.updatedAt == 0) revert NoDataPresent(roundId_);
        return (roundId_, round.answer, round.updatedAt, round.updatedAt, roundId_);
    }
}
