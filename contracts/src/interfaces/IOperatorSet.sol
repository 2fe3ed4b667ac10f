// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IOperatorSet
/// @notice The sets of operators whose quorum signs plans, and on the hub the place where their fees accrue.
/// @dev The same sets, under the same ids, are registered on the hub and on each spoke.
interface IOperatorSet {
    event OperatorSetAdded(uint32 indexed setId, address[] operators, uint8 quorum);
    event OperatorSetRetired(uint32 indexed setId, uint64 validUntil);
    event FeesAccrued(uint32 indexed setId, address indexed token, uint256 amount);
    event FeesClaimed(uint32 indexed setId, address indexed operator, address indexed token, uint256 amount);

    error OperatorSetUnknown(uint32 setId);
    error OperatorSetExists(uint32 setId);
    error OperatorSetExpired(uint32 setId, uint64 validUntil);
    error QuorumInvalid(uint256 quorum, uint256 operators);
    error OperatorZero();
    error OperatorsNotAscending(address previous, address next);
    error QuorumNotReached(uint256 quorum, uint256 signatures);
    error SignersNotAscending(address previous, address next);
    error SignerNotOperator(address signer);
    error FeesShort(address token, uint256 expected, uint256 received);

    /// @notice Adds a set; `operators` strictly ascending, `1 <= quorum <= operators`. Owner only.
    function addSet(uint32 setId, address[] calldata operators, uint8 quorum) external;

    /// @notice Plans signed by this set are accepted until `validUntil` (seconds) and no longer. Owner only.
    function retireSet(uint32 setId, uint64 validUntil) external;

    /// @notice Reverts unless at least a quorum of the set signed `digest`.
    /// @param signatures 65 bytes each (r, s, v), in strictly ascending order of their signers.
    function verify(uint32 setId, bytes32 digest, bytes[] calldata signatures) external view;

    function operatorsOf(uint32 setId) external view returns (address[] memory operators, uint8 quorum);

    /// @notice Pulls `amount` of `token` from the caller and shares it equally among the set's operators.
    function accrue(uint32 setId, address token, uint256 amount) external;

    /// @notice Pays the caller's share of what accrued to the set; what a division leaves over stays for the next.
    function claimFees(uint32 setId, address token) external returns (uint256 amount);

    function claimableFees(uint32 setId, address operator, address token) external view returns (uint256);
}
