// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IOperatorSet} from "../interfaces/IOperatorSet.sol";

/// @title OperatorSet
/// @notice The operators whose quorum signs plans; on the hub also their fees, accrued per set and pulled one by one.
/// @dev Sets are never changed or deleted: a plan names the set that signed it, and its fees find it years later.
contract OperatorSet is IOperatorSet, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct Set {
        uint64 validUntil;
        uint8 quorum;
        address[] operators;
    }

    mapping(uint32 setId => Set) private _sets;
    mapping(uint32 setId => mapping(address operator => bool)) public isOperator;

    /// @notice All that ever accrued to a set, smallest units.
    mapping(uint32 setId => mapping(address token => uint256)) public accrued;
    /// @notice All that an operator has claimed of it.
    mapping(uint32 setId => mapping(address token => mapping(address operator => uint256))) public claimed;

    constructor(address owner_) Ownable(owner_) {}

    /// @inheritdoc IOperatorSet
    function addSet(uint32 setId, address[] calldata operators, uint8 quorum) external onlyOwner {
        Set storage set = _sets[setId];
        if (set.quorum != 0) revert OperatorSetExists(setId);
        if (quorum == 0 || quorum > operators.length) revert QuorumInvalid(quorum, operators.length);

        address previous;
        for (uint256 i; i < operators.length; ++i) {
            address operator = operators[i];
            if (operator == address(0)) revert OperatorZero();
            if (operator <= previous) revert OperatorsNotAscending(previous, operator);
            isOperator[setId][operator] = true;
            previous = operator;
        }

        set.validUntil = type(uint64).max;
        set.quorum = quorum;
        set.operators = operators;
        emit OperatorSetAdded(setId, operators, quorum);
    }

    /// @inheritdoc IOperatorSet
    function retireSet(uint32 setId, uint64 validUntil) external onlyOwner {
        _known(setId).validUntil = validUntil;
        emit OperatorSetRetired(setId, validUntil);
    }

    /// @inheritdoc IOperatorSet
    /// @dev A malformed or malleable signature reverts with OpenZeppelin's `ECDSA` errors.
    function verify(uint32 setId, bytes32 digest, bytes[] calldata signatures) external view {
        Set storage set = _known(setId);
        if (block.timestamp > set.validUntil) revert OperatorSetExpired(setId, set.validUntil);
        if (signatures.length < set.quorum) revert QuorumNotReached(set.quorum, signatures.length);

        address previous;
        for (uint256 i; i < signatures.length; ++i) {
            address signer = ECDSA.recover(digest, signatures[i]);
            if (!isOperator[setId][signer]) revert SignerNotOperator(signer);
            // Ascending order is what makes signers distinct.
            if (signer <= previous) revert SignersNotAscending(previous, signer);
            previous = signer;
        }
    }

    /// @inheritdoc IOperatorSet
    function operatorsOf(uint32 setId) external view returns (address[] memory operators, uint8 quorum) {
        Set storage set = _known(setId);
        return (set.operators, set.quorum);
    }

    /// @notice Plans signed by the set are accepted until this second; the maximum unless retired.
    function validUntilOf(uint32 setId) external view returns (uint64) {
        return _known(setId).validUntil;
    }

    /// @inheritdoc IOperatorSet
    /// @dev Anyone may add to a set's fees. A retired set still takes and pays them.
    function accrue(uint32 setId, address token, uint256 amount) external nonReentrant {
        _known(setId);
        accrued[setId][token] += amount;
        emit FeesAccrued(setId, token, amount);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert FeesShort(token, amount, received);
    }

    /// @inheritdoc IOperatorSet
    function claimFees(uint32 setId, address token) external nonReentrant returns (uint256 amount) {
        if (!isOperator[setId][msg.sender]) revert SignerNotOperator(msg.sender);
        amount = claimableFees(setId, msg.sender, token);
        claimed[setId][token][msg.sender] += amount;
        emit FeesClaimed(setId, msg.sender, token, amount);
        IERC20(token).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IOperatorSet
    /// @dev `floor(accrued / operators) - claimed`; zero for who is not in the set.
    function claimableFees(uint32 setId, address operator, address token) public view returns (uint256) {
        if (!isOperator[setId][operator]) return 0;
        return accrued[setId][token] / _sets[setId].operators.length - claimed[setId][token][operator];
    }

    function _known(uint32 setId) private view returns (Set storage set) {
        set = _sets[setId];
        if (set.quorum == 0) revert OperatorSetUnknown(setId);
    }
}
