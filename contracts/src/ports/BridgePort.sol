// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridgePort, IPortReceiver} from "../interfaces/IBridgePort.sol";

/// @title BridgePort
/// @notice What all ports share: whom they serve, which messages were consumed, and how tokens are taken and handed over.
/// @dev What a port is tied to (its receiver, its peers, its tokens) is set once and never changed: the owner's key can
/// lead nothing astray that is on its way, nor hold it up. Replacing a part of a route means replacing its ports. A port
/// that is set up needs no owner.
abstract contract BridgePort is IBridgePort, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice No message is longer, on either end of the way.
    /// @dev Above the codec's longest (9,858 bytes: 255 legs, 64 fills), and with the OFT's 72 bytes below the 10,000 that
    /// LayerZero's message library takes.
    uint256 public constant MAX_PAYLOAD_BYTES = 9_900;

    /// @notice The hub or spoke that this port serves: it alone sends, and it gets what arrives. Zero until set.
    address public receiver;

    /// @notice What was handed over, whatever the bridge itself remembers. The key is what the bridge attests a message by:
    /// the message id, at `WormholePort` the VAA's hash.
    mapping(bytes32 key => bool) public consumed;

    event ReceiverSet(address indexed receiver);

    error ReceiverUnset();
    error ReceiverAlreadySet(address receiver);
    error ReceiverInvalid(address receiver);
    error TransferMismatch(address token, uint256 expected, uint256 received);
    error SurplusRejected(address refundTo, uint256 surplusWei);

    constructor(address owner) Ownable(owner) {}

    /// @notice Ties the port to the contract that it serves; once. Owner only. Emits `ReceiverSet`.
    function setReceiver(address receiver_) external onlyOwner {
        if (receiver_.code.length == 0) revert ReceiverInvalid(receiver_);
        if (receiver != address(0)) revert ReceiverAlreadySet(receiver);
        receiver = receiver_;
        emit ReceiverSet(receiver_);
    }

    /// @dev Once for each message that is handed over, in the transaction that does it.
    function _consume(bytes32 key) internal {
        if (consumed[key]) revert MessageAlreadyConsumed(key);
        consumed[key] = true;
    }

    /// @dev Delivers with tokens that this port holds.
    function _deliver(
        address to,
        uint32 peer,
        bytes32 messageId,
        address token,
        uint256 amountLocal,
        bytes memory payload
    ) internal {
        _deliverFrom(address(this), to, peer, messageId, token, amountLocal, payload);
    }

    /// @dev Hands a message that was just consumed over with its tokens, all or nothing: if the receiver reverts, so does
    /// this, and the message can be tried again. `from` holds the tokens: this port, or a sender who has approved it. The
    /// receiver gets exactly `amountLocal`; a token that arrives short is refused.
    function _deliverFrom(
        address from,
        address to,
        uint32 peer,
        bytes32 messageId,
        address token,
        uint256 amountLocal,
        bytes memory payload
    ) internal {
        if (to == address(0)) revert ReceiverUnset();
        if (amountLocal == 0) revert AmountZero();
        _requirePayload(payload.length);
        emit TransferDelivered(peer, messageId, token, amountLocal);
        _move(from, to, token, amountLocal);
        IPortReceiver(to).onPortDelivery(peer, token, amountLocal, messageId, payload);
    }

    /// @dev Takes exactly `amountLocal` from the caller.
    function _pull(address token, uint256 amountLocal) internal {
        _move(msg.sender, address(this), token, amountLocal);
    }

    function _requirePayload(uint256 lengthBytes) internal pure {
        if (lengthBytes == 0) revert PayloadEmpty();
        if (lengthBytes > MAX_PAYLOAD_BYTES) revert PayloadTooLong(lengthBytes, MAX_PAYLOAD_BYTES);
    }

    /// @dev What `account` has more than `before`; a balance that fell got nothing.
    function _receivedSince(uint256 before, address token, address account) internal view returns (uint256) {
        uint256 held = IERC20(token).balanceOf(account);
        return held > before ? held - before : 0;
    }

    function _refundSurplus(address refundTo, uint256 surplusWei) internal {
        if (surplusWei == 0) return;
        if (refundTo == address(0)) revert SurplusRejected(refundTo, surplusWei);
        (bool ok,) = refundTo.call{value: surplusWei}("");
        if (!ok) revert SurplusRejected(refundTo, surplusWei);
    }

    function _move(address from, address to, address token, uint256 amountLocal) private {
        uint256 before = IERC20(token).balanceOf(to);
        if (from == address(this)) IERC20(token).safeTransfer(to, amountLocal);
        else IERC20(token).safeTransferFrom(from, to, amountLocal);
        uint256 received = _receivedSince(before, token, to);
        if (received != amountLocal) revert TransferMismatch(token, amountLocal, received);
    }

    /// @dev An unset receiver is nobody, also for a call in nobody's name.
    modifier onlyReceiver() {
        address served = receiver;
        if (served == address(0) || msg.sender != served) revert CallerNotReceiver(msg.sender);
        _;
    }
}
