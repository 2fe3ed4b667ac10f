// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Timelock
/// @notice Owns every contract of ALA on its chain. What an owner may change, its proposer announces here with all of its
/// data (`CallScheduled`), and anyone may execute it once the delay has passed and for `GRACE_SEC` after that; until then the
/// proposer may cancel it. Who looks at the announcements of the last `2 * GRACE_SEC` and the longest delay
/// that was in force has seen all that can happen.
/// @dev OpenZeppelin's `TimelockController` with one proposer, anyone as executor and nobody as administrator: also the
/// delay and the roles change by an announced call only. An announcement lapses: one made before an LP came must not be
/// kept for a day on which nobody remembers it. Warning: the delay has to be longer than an LP needs to leave and than capital that
/// was called meanwhile needs to come home; the deployment's configuration is refused otherwise.
contract Timelock is TimelockController {
    /// @notice How long an announced call can be executed, and how far beyond the least delay its time may lie, seconds.
    uint256 public constant GRACE_SEC = 14 days;

    error ProposerZero();
    error DelayZero();
    /// @notice The call would become ready when those who came since do not know of it.
    error DelayTooLong(uint256 delaySec, uint256 longestSec);

    /// @param proposer Announces and cancels: a multisig.
    /// @param minDelaySec From the announcement of a change to when it can be made.
    constructor(address proposer, uint256 minDelaySec)
        TimelockController(minDelaySec, _only(proposer), _only(address(0)), address(0))
    {
        if (proposer == address(0)) revert ProposerZero();
        if (minDelaySec == 0) revert DelayZero();
    }

    /// @inheritdoc TimelockController
    /// @dev `Unset` again when its time is over: it cannot be executed, but be announced anew.
    function getOperationState(bytes32 id) public view override returns (OperationState state) {
        state = super.getOperationState(id);
        bool lapsed = state == OperationState.Ready && block.timestamp > getTimestamp(id) + GRACE_SEC;
        if (lapsed) state = OperationState.Unset;
    }

    /// @inheritdoc TimelockController
    /// @dev Reverts with `DelayTooLong` beyond the least delay and `GRACE_SEC`.
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        _checkDelay(delay);
        super.schedule(target, value, data, predecessor, salt, delay);
    }

    /// @inheritdoc TimelockController
    /// @dev Reverts with `DelayTooLong` beyond the least delay and `GRACE_SEC`.
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        _checkDelay(delay);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, delay);
    }

    function _checkDelay(uint256 delay) private view {
        uint256 longest = getMinDelay() + GRACE_SEC;
        if (delay > longest) revert DelayTooLong(delay, longest);
    }

    function _only(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
