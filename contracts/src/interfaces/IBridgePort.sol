// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IBridgePort
/// @notice Adapter of one message bridge: carries tokens together with a message between the hub and its spokes.
/// @dev Peers are numbered as in the protocol: 0 is the hub, a spoke has its own id. What a port accepts comes from the
/// registered peer of that chain only, and each message that the bridge attests once: the set of consumed messages lies in
/// the port's base and does not depend on the bridge's own. Options of the bridge (gas, consistency) are configuration, never the caller's.
interface IBridgePort {
    /// @notice Tokens and a message left for `peer`.
    /// @param messageId LayerZero: guid. Wormhole: `keccak256(abi.encode(chain, emitter, sequence))`. Local: `keccak256(abi.encode(chainid, port, nonce))`.
    event TransferSent(
        uint32 indexed peer, bytes32 indexed messageId, address token, uint256 amountLocal, bytes payload
    );

    /// @notice Tokens and a message of `peer` were handed to the receiver.
    event TransferDelivered(uint32 indexed peer, bytes32 indexed messageId, address token, uint256 amountLocal);

    error CallerNotReceiver(address caller);
    error PeerUnknown(uint32 peer);
    error PeerMismatch(uint32 peer, bytes32 expected, bytes32 actual);
    error TokenUnknown(address token);
    error MessageAlreadyConsumed(bytes32 key);
    error AmountZero();
    /// @dev The bridge would leave a remainder behind.
    error AmountNotTransportable(uint256 amountLocal, uint256 granularityLocal);
    /// @dev More than the bridge's own unit of amounts can count.
    error AmountAboveTransport(uint256 amountLocal, uint256 maxLocal);
    error PayloadEmpty();
    error PayloadTooLong(uint256 lengthBytes, uint256 maxBytes);
    error FeeTooLow(uint256 requiredWei, uint256 givenWei);

    /// @notice What `send` needs as value, in wei, at this moment.
    function quoteSend(uint32 peer, address token, uint256 amountLocal, bytes calldata payload)
        external
        view
        returns (uint256 feeWei);

    /// @notice Pulls `amountLocal` of `token` from the caller and sends it with `payload` to `peer`.
    /// @dev Only the contract that this port serves may call. Surplus value goes back to `refundTo`. All or nothing: what
    /// the bridge would not carry whole is refused, and then nothing has moved.
    /// @return messageId The identity under which the message arrives.
    function send(uint32 peer, address token, uint256 amountLocal, bytes calldata payload, address refundTo)
        external
        payable
        returns (bytes32 messageId);
}

/// @title IPortReceiver
/// @notice What a hub or spoke offers to its ports.
interface IPortReceiver {
    /// @notice Called by a registered port after it has transferred `amountLocal` of `token` to this contract.
    /// @dev Never reverts for a business reason other than a broken message: a revert leaves the message retryable.
    function onPortDelivery(uint32 peer, address token, uint256 amountLocal, bytes32 messageId, bytes calldata payload)
        external;
}
