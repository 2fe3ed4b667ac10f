// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SilentPort} from "../fixtures/SilentPort.sol";

/// @notice A silent port that answers with the gas of its own work, in the place of a message id.
contract MeteredPort is SilentPort {
    function send(uint32, address token, uint256 amountLocal, bytes calldata, address)
        external
        payable
        override
        returns (bytes32)
    {
        uint256 before = gasleft();
        IERC20(token).transferFrom(msg.sender, address(this), amountLocal);
        return bytes32(before - gasleft());
    }
}
