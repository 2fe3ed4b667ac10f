// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {IStagedPause} from "../interfaces/IStagedPause.sol";

/// @title StagedPause
/// @notice A guardian stops, stage by stage and at once, what takes on new risk; the owner can do the same and names the
/// guardian. What brings money home (withdrawals, claims, arrivals, settlements, releases, receipts) asks for no stage.
abstract contract StagedPause is Ownable2Step, IStagedPause {
    /// @dev No auctions. Stops on the hub.
    uint8 internal constant STOPS_AUCTIONS = 1;
    /// @dev Neither plans, on the hub, nor calls, on a spoke.
    uint8 internal constant STOPS_CALLS = 2;
    /// @dev No deposits. Stops on a spoke.
    uint8 internal constant STOPS_DEPOSITS = 3;

    /// @inheritdoc IStagedPause
    address public guardian;
    /// @inheritdoc IStagedPause
    uint8 public pauseStage;

    /// @inheritdoc IStagedPause
    function setGuardian(address guardian_) external onlyOwner {
        guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    /// @inheritdoc IStagedPause
    function setPauseStage(uint8 stage) external {
        if (msg.sender != guardian && msg.sender != owner()) revert CallerNotGuardian(msg.sender);
        if (stage > STOPS_DEPOSITS) revert PauseStageUnknown(stage);
        pauseStage = stage;
        emit PauseStageSet(stage, msg.sender);
    }

    /// @dev Reverts from the stage on that stops the caller's step.
    function _requireNotPaused(uint8 stops) internal view {
        uint8 stage = pauseStage;
        if (stage >= stops) revert Paused(stage);
    }
}
