// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IStagedPause
/// @notice How a hub or a spoke is paused: 0 nothing, 1 auctions, 2 also plans and calls, 3 also deposits.
interface IStagedPause {
    event GuardianSet(address indexed guardian);
    event PauseStageSet(uint8 stage, address indexed by);

    error CallerNotGuardian(address caller);
    error PauseStageUnknown(uint8 stage);
    error Paused(uint8 stage);

    /// @notice Names who may pause beside the owner; zero for nobody. Owner only. Emits `GuardianSet`.
    function setGuardian(address guardian) external;

    /// @notice Stops or resumes at once, in either direction. Guardian or owner. Emits `PauseStageSet`.
    function setPauseStage(uint8 stage) external;

    /// @notice Who may pause beside the owner; zero if nobody.
    function guardian() external view returns (address);
    /// @notice 0 to 3.
    function pauseStage() external view returns (uint8);
}
