// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IWormholeTokenBridge
/// @notice What is used of Wormhole's Token Bridge; its ABI, field by field.
interface IWormholeTokenBridge {
    struct TransferWithPayload {
        uint8 payloadID;
        uint256 amount;
        bytes32 tokenAddress;
        uint16 tokenChain;
        bytes32 to;
        uint16 toChain;
        bytes32 fromAddress;
        bytes payload;
    }

    /// @notice Locks or burns `amount` of the caller's tokens and publishes their transfer; takes exactly `messageFee`.
    function transferTokensWithPayload(
        address token,
        uint256 amount,
        uint16 recipientChain,
        bytes32 recipient,
        uint32 nonce,
        bytes calldata payload
    ) external payable returns (uint64 sequence);

    /// @notice Pays the transfer of a VAA to its recipient, who must be the caller; once.
    function completeTransferWithPayload(bytes calldata encodedVm) external returns (bytes memory);

    /// @notice Reads the payload of a transfer's VAA.
    function parseTransferWithPayload(bytes calldata encoded) external pure returns (TransferWithPayload memory);

    /// @notice The Token Bridge registered for a chain; zero if none.
    function bridgeContracts(uint16 chainId) external view returns (bytes32);

    /// @notice This chain's representation of a token of another chain; zero if none.
    function wrappedAsset(uint16 tokenChainId, bytes32 tokenAddress) external view returns (address);

    /// @notice The core bridge that it publishes through.
    function wormhole() external view returns (address);
}
