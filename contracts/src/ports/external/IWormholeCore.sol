// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IWormholeCore
/// @notice What is used of Wormhole's core bridge; its ABI, field by field.
interface IWormholeCore {
    struct Signature {
        bytes32 r;
        bytes32 s;
        uint8 v;
        uint8 guardianIndex;
    }

    struct VM {
        uint8 version;
        uint32 timestamp;
        uint32 nonce;
        uint16 emitterChainId;
        bytes32 emitterAddress;
        uint64 sequence;
        uint8 consistencyLevel;
        bytes payload;
        uint32 guardianSetIndex;
        Signature[] signatures;
        bytes32 hash;
    }

    /// @notice Reads a VAA and checks the guardians' signatures; `valid` says whether they hold.
    function parseAndVerifyVM(bytes calldata encodedVM)
        external
        view
        returns (VM memory vm, bool valid, string memory reason);

    /// @notice What publishing a message costs at this moment, wei.
    function messageFee() external view returns (uint256);

    /// @notice This chain as Wormhole numbers chains.
    function chainId() external view returns (uint16);
}
