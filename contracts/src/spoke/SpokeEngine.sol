// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Leaving} from "./Leaving.sol";
import {ReceiptDelivery} from "./ReceiptDelivery.sol";

/// @title SpokeEngine
/// @notice What happens to a bid and its calls later on: leaving, results that come home, calls that are finalized or skipped.
/// `LiquiditySpoke` is given this contract when it is deployed, and runs its code on its own state by delegatecall, as both together pass the size
/// limit of one contract.
/// @dev Called directly it works on its own empty state, in which there is no port, no basket and no bid: it does nothing.
contract SpokeEngine is Leaving, ReceiptDelivery {}
