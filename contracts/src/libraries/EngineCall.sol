// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title EngineCall
/// @notice Ends the current call with what another contract's function of the same signature does on the caller's state.
library EngineCall {
    /// @dev Warning: `engine` can do anything to the caller's state; it is fixed at the caller's construction.
    function run(address engine) internal {
        // Safe: nothing runs after this, so memory may be overwritten from zero on; it ends in a return or revert with exactly
        // what the engine returned or reverted with.
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), engine, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch done
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }
}
