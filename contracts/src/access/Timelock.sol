// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Timelock
/// @notice Owns every contract of ALA on its chain. What an owner may change, its proposer announces here with all of its
/// data (`CallScheduled`), and anyone may execute it once the delay has passed; until then the proposer may cancel it.
/// @dev OpenZeppelin's `TimelockController` with one proposer, anyone as executor and nobody as administrator: also the
/// delay and the roles change by an announced call only. Warning: the delay has to be longer than an LP needs to leave, which
/// is activation, notice and exit bucket of the slowest basket; the deployment's configuration is refused otherwise.
contract Timelock is TimelockController {
    error ProposerZero();
    error DelayZero();

    /// @param proposer Announces and cancels: a multisig.
    /// @param minDelaySec From the announcement of a change to when it can be made.
    constructor(address proposer, uint256 minDelaySec)
        TimelockController(minDelaySec, _only(proposer), _only(address(0)), address(0))
    {
        if (proposer == address(0)) revert ProposerZero();
        if (minDelaySec == 0) revert DelayZero();
    }

    function _only(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
