// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LettingGo} from "./LettingGo.sol";
import {PlanChain} from "./PlanChain.sol";
import {Settling} from "./Settling.sol";

/// @title HubEngine
/// @notice The steps of an auction that judge: committing, settling, letting go. AuctionHub runs this contract's code on its own
/// state by delegatecall, as both together pass the size limit of one contract.
/// @dev It has no state and no immutables; what it needs to know of its hub (`vault`, `operatorSet`) it asks the hub, which it
/// runs as. Called directly it works on its own empty state, in which there is no auction and no leg: it can move nothing.
contract HubEngine is PlanChain, Settling, LettingGo {}
