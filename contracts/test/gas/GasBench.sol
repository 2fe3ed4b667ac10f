// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

/// @notice Measures transactions and holds the figures to the committed ones.
/// @dev What derives from this runs with `isolate = true`: every call that a test makes is a transaction of its own, with
/// cold storage, intrinsic gas, calldata and refunds. The figure of the last one is what its sender would pay for.
abstract contract GasBench is Test {
    string private constant SNAPSHOT = "gas-snapshot.json";
    /// @dev A figure may move by so many per mille before it counts as changed.
    uint256 private constant TOLERANCE_PER_MILLE = 10;

    /// @dev Set by `npm run bench:gas`, which wants the figures whatever the committed ones say.
    bool private immutable _comparing = !vm.envOr("ALA_GAS_BENCH", false);
    string private _snapshot = vm.isFile(SNAPSHOT) ? vm.readFile(SNAPSHOT) : "{}";
    uint256 private _changed;

    /// @dev A test that ends with changed figures fails, after naming all of them.
    modifier measuring() {
        _;
        assertEq(_changed, 0, "gas changed by more than 1 %; if that is meant: npm run bench:gas -- --update");
    }

    /// @dev Takes down the gas of the test's last call.
    /// @param entryPoint What was called, and in which of its cases.
    /// @param at What it depends on or could depend on, as `name=value`.
    function measured(string memory entryPoint, string memory at) internal returns (uint256 used) {
        used = vm.lastCallGas().gasTotalUsed;
        takeDown(entryPoint, at, used);
    }

    /// @dev `npm run bench:gas` reads these lines.
    function takeDown(string memory entryPoint, string memory at, uint256 used) internal {
        emit log_named_uint(string.concat("gas | ", entryPoint, " | ", at), used);
        if (!_comparing) return;
        string memory path = string.concat("$['", entryPoint, "']['", at, "']");
        uint256 before = vm.keyExistsJson(_snapshot, path) ? vm.parseJsonUint(_snapshot, path) : 0;
        uint256 difference = used > before ? used - before : before - used;
        if (difference * 1000 <= before * TOLERANCE_PER_MILLE) return;
        ++_changed;
        emit log_named_uint(string.concat("changed | ", entryPoint, " | ", at, " | was"), before);
    }

    /// @dev `name=value`.
    function size(string memory name, uint256 value) internal pure returns (string memory) {
        return string.concat(name, "=", vm.toString(value));
    }
}
