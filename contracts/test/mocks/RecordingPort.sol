// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IBridgePort, IPortReceiver} from "../../src/interfaces/IBridgePort.sol";

/// @notice Stands for a port in tests of the hub: keeps what is sent, delivers what the test says. It bridges nothing.
contract RecordingPort is IBridgePort {
    using SafeERC20 for IERC20;

    struct Sent {
        uint32 peer;
        address token;
        uint256 amount;
        bytes payload;
        address refundTo;
        uint256 value;
    }

    uint256 public constant FEE_WEI = 1e15;

    Sent[] private _sent;

    function deliver(
        address receiver,
        uint32 peer,
        address token,
        uint256 amount,
        bytes32 messageId,
        bytes memory payload
    ) external {
        IERC20(token).safeTransfer(receiver, amount);
        IPortReceiver(receiver).onPortDelivery(peer, token, amount, messageId, payload);
    }

    function quoteSend(uint32, address, uint256, bytes calldata) external pure returns (uint256) {
        return FEE_WEI;
    }

    function send(uint32 peer, address token, uint256 amount, bytes calldata payload, address refundTo)
        external
        payable
        returns (bytes32 messageId)
    {
        if (amount == 0) revert AmountZero();
        if (msg.value < FEE_WEI) revert FeeTooLow(FEE_WEI, msg.value);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        _sent.push(Sent(peer, token, amount, payload, refundTo, msg.value));
        messageId = keccak256(abi.encode(address(this), _sent.length));
        (bool paid,) = refundTo.call{value: msg.value - FEE_WEI}("");
        require(paid);
    }

    function sentCount() external view returns (uint256) {
        return _sent.length;
    }

    function sent(uint256 index) external view returns (Sent memory) {
        return _sent[index];
    }
}
