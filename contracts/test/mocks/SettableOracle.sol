// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPriceOracle} from "../../src/interfaces/IPriceOracle.sol";

/// @notice Stands for a market's oracle: the price is what the test says, and it fails on demand.
contract SettableOracle is IPriceOracle {
    uint256 private _priceE36;
    bool private _fails;

    error NoPrice();

    constructor(uint256 priceE36_) {
        _priceE36 = priceE36_;
    }

    function set(uint256 priceE36_) external {
        _priceE36 = priceE36_;
    }

    function fail(bool fails) external {
        _fails = fails;
    }

    function priceE36() external view returns (uint256) {
        if (_fails) revert NoPrice();
        return _priceE36;
    }
}
