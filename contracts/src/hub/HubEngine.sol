// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PlanChain} from "./PlanChain.sol";
import {Settling} from "./Settling.sol";

/// @title HubEngine
/// @notice The steps of an auction that judge: committing, settling, releasing. AuctionHub deploys this
/// contract and runs its code on its own state by delegatecall, as both together pass the size limit of one contract.
/// @dev Called directly it works on its own empty state, in which there is no auction and no leg: it can move nothing.
contract HubEngine is PlanChain, Settling {
    constructor(address operatorSet_, address vault_) PlanChain(operatorSet_) Settling(vault_) {}
}
