// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IBridgePort} from "../interfaces/IBridgePort.sol";
import {HUB_PEER} from "../libraries/Types.sol";
import {BridgePort} from "./BridgePort.sol";

/// @title LocalPort
/// @notice Ties the hub to the spokes of its own chain: it is the port of both sides and delivers within the sending
/// transaction, straight from sender to receiver.
/// @dev The receiver is the hub. A delivery that reverts takes the sending with it.
contract LocalPort is BridgePort {
    /// @notice The spoke with this id; zero if none.
    mapping(uint32 spokeId => address spoke) public spokeOf;
    /// @notice The id of this spoke; zero if it is none.
    mapping(address spoke => uint32 spokeId) public spokeIdOf;
    /// @notice Messages sent so far.
    uint256 public nonce;

    event SpokeSet(uint32 indexed spokeId, address indexed spoke);

    error SpokeInvalid(uint32 spokeId, address spoke);
    error SpokeAlreadySet(uint32 spokeId, address spoke);

    constructor(address owner) BridgePort(owner) {}

    /// @notice Registers a spoke of this chain; once. Owner only. Emits `SpokeSet`.
    function setSpoke(uint32 spokeId, address spoke) external onlyOwner {
        if (spokeId == HUB_PEER || spoke.code.length == 0) revert SpokeInvalid(spokeId, spoke);
        if (spokeOf[spokeId] != address(0) || spokeIdOf[spoke] != 0) revert SpokeAlreadySet(spokeId, spoke);
        spokeOf[spokeId] = spoke;
        spokeIdOf[spoke] = spokeId;
        emit SpokeSet(spokeId, spoke);
    }

    /// @inheritdoc IBridgePort
    /// @dev Costs nothing: all value goes back to `refundTo`. The hub sends to spokes, a spoke to the hub.
    function send(uint32 peer, address token, uint256 amountLocal, bytes calldata payload, address refundTo)
        external
        payable
        nonReentrant
        returns (bytes32 messageId)
    {
        (address to, uint32 from) = _route(peer);
        messageId = keccak256(abi.encode(block.chainid, address(this), ++nonce));
        _consume(messageId);
        emit TransferSent(peer, messageId, token, amountLocal, payload);
        _deliverFrom(msg.sender, to, from, messageId, token, amountLocal, payload);
        _refundSurplus(refundTo, msg.value);
    }

    /// @inheritdoc IBridgePort
    function quoteSend(uint32 peer, address, uint256 amountLocal, bytes calldata payload)
        external
        view
        returns (uint256 feeWei)
    {
        if (receiver == address(0)) revert ReceiverUnset();
        if (peer != HUB_PEER && spokeOf[peer] == address(0)) revert PeerUnknown(peer);
        if (amountLocal == 0) revert AmountZero();
        _requirePayload(payload.length);
        return 0;
    }

    /// @dev Whom the caller's message goes to, and as whom it speaks.
    function _route(uint32 peer) private view returns (address to, uint32 from) {
        address hub = receiver;
        if (hub == address(0)) revert ReceiverUnset();
        if (msg.sender == hub) {
            to = spokeOf[peer];
            if (to == address(0)) revert PeerUnknown(peer);
            return (to, HUB_PEER);
        }
        from = spokeIdOf[msg.sender];
        if (from == 0) revert CallerNotReceiver(msg.sender);
        if (peer != HUB_PEER) revert PeerUnknown(peer);
        to = hub;
    }
}
