// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {FillResult, IAuctionHub, LegRecord} from "../interfaces/IAuctionHub.sol";
import {IBridgePort} from "../interfaces/IBridgePort.sol";
import {IOperatorSet} from "../interfaces/IOperatorSet.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {CapitalDelivered, KIND_LEG_REFUNDED, KIND_LEG_SETTLED, LegReceipt, Receipt} from "../libraries/Types.sol";
import {LegBook} from "./LegBook.sol";
import {Receipts} from "./Receipts.sol";

/// @title ReceiptDispatch
/// @notice Sends the results of ended legs home, with the tokens, and pays out the operator fee on the way.
abstract contract ReceiptDispatch is LegBook, ReentrancyGuardTransient, IAuctionHub {
    using SafeERC20 for IERC20;

    /// @inheritdoc IAuctionHub
    address public immutable operatorSet;

    /// @dev A message on its way out.
    /// @param sources The arrived messages that the receipt answers, one a leg.
    /// @param totals The receipt's amounts, one a leg; `total` is their sum and travels along.
    struct Parcel {
        uint32 spoke;
        Receipt receipt;
        CapitalDelivered[] sources;
        uint128[] totals;
        uint256 total;
    }

    constructor(address operatorSet_) {
        _require(operatorSet_ != address(0), "operatorSet", 0);
        operatorSet = operatorSet_;
    }

    /// @inheritdoc IAuctionHub
    /// @dev Warning: a leg whose refund is zero in total (its transport credited less than one unit) cannot travel alone,
    /// as bridges carry no zero; it goes with the refund of another leg.
    function dispatchReceipts(uint8 kind, LegRecord[] calldata legs, address refundTo)
        external
        payable
        nonReentrant
        returns (bytes32 messageId)
    {
        _require(refundTo != address(0), "refundTo", 0);
        Parcel memory parcel = _parcel(kind, legs);
        uint256[] memory fees = new uint256[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            fees[i] = _crossOff(kind, parcel.sources[i], legs[i].fee);
        }

        messageId = _send(parcel, refundTo);
        for (uint256 i; i < legs.length; ++i) {
            CapitalDelivered memory source = parcel.sources[i];
            emit ReceiptDispatched(source.legId, source.auctionId, messageId, kind, parcel.totals[i]);
            if (fees[i] != 0) _payFee(source, fees[i]);
        }
    }

    /// @inheritdoc IAuctionHub
    function quoteReceipts(uint8 kind, LegRecord[] calldata legs) external view returns (uint256 feeWei) {
        Parcel memory parcel = _parcel(kind, legs);
        address token = parcel.receipt.token;
        IBridgePort port = IBridgePort(_route(parcel.spoke, token).port);
        return port.quoteSend(parcel.spoke, token, parcel.total, MessageCodec.encodeReceipt(parcel.receipt));
    }

    /// @dev Gathers the legs' results: all have ended, go to one spoke and bring one token.
    function _parcel(uint8 kind, LegRecord[] calldata legs) private view returns (Parcel memory parcel) {
        _require(kind == KIND_LEG_SETTLED || kind == KIND_LEG_REFUNDED, "kind", kind);
        _require(legs.length != 0, "legs", 0);
        parcel.sources = new CapitalDelivered[](legs.length);
        parcel.totals = new uint128[](legs.length);
        parcel.receipt.kind = kind;
        parcel.receipt.legs = new LegReceipt[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            (LegState storage leg, CapitalDelivered memory source) = _arrived(legs[i]);
            if (leg.arrival.endedAt == 0) revert LegNotEnded(source.legId);
            if (leg.arrival.due & _dueOf(kind) == 0) revert ReceiptAlreadyDispatched(source.legId, kind);
            _address(parcel, i, leg.arrival.spoke, _tokenOf(kind, source), source);

            (parcel.receipt.legs[i], parcel.totals[i]) = _receipt(kind, legs[i], leg.arrival.credited, source);
            parcel.total += parcel.totals[i];
        }
        if (parcel.total == 0) revert AmountZero();
    }

    /// @dev The first leg says where the parcel goes and what it brings; the others must agree.
    function _address(Parcel memory parcel, uint256 i, uint32 spoke, address token, CapitalDelivered memory source)
        private
        pure
    {
        parcel.sources[i] = source;
        if (i == 0) (parcel.spoke, parcel.receipt.token) = (spoke, token);
        if (spoke != parcel.spoke || token != parcel.receipt.token) revert ReceiptsMixed(source.legId);
    }

    function _tokenOf(uint8 kind, CapitalDelivered memory source) private view returns (address) {
        if (kind == KIND_LEG_REFUNDED) return _baskets[source.basket].debtToken;
        return _auctions[source.auctionId].terms.collateralToken;
    }

    function _receipt(uint8 kind, LegRecord calldata record, uint128 credited, CapitalDelivered memory source)
        private
        view
        returns (LegReceipt memory receipt, uint128 total)
    {
        FillResult[] memory results = _results(record, source.fills.length);
        uint128 unit = _baskets[source.basket].unit;
        (uint128[] memory refunded,) = Receipts.refunds(source.fills, results, credited, unit);
        return Receipts.receiptOf(kind, source.legId, source.fills, results, refunded);
    }

    /// @dev Takes the receipt off what the leg owes; a leg given twice is found here.
    /// @return share This part's share of the operator fee: a half goes with the first of two parts, the rest with the last.
    function _crossOff(uint8 kind, CapitalDelivered memory source, uint256 fee) private returns (uint256 share) {
        LegState storage leg = _legs[source.legId];
        uint8 due = leg.arrival.due;
        uint8 part = _dueOf(kind);
        if (due & part == 0) revert ReceiptAlreadyDispatched(source.legId, kind);
        leg.arrival.due = due & ~part;
        if (due & TWO_PARTS == 0) return fee;
        bool first = due & DUE_COLLATERAL != 0 && due & DUE_REFUND != 0;
        return first ? fee / 2 : fee - fee / 2;
    }

    function _send(Parcel memory parcel, address refundTo) private returns (bytes32 messageId) {
        address token = parcel.receipt.token;
        address port = _route(parcel.spoke, token).port;
        bytes memory payload = MessageCodec.encodeReceipt(parcel.receipt);
        IERC20(token).forceApprove(port, parcel.total);
        return IBridgePort(port).send{value: msg.value}(parcel.spoke, token, parcel.total, payload, refundTo);
    }

    /// @dev To the operators who signed the plan; past the grace period to whoever did their work.
    function _payFee(CapitalDelivered memory source, uint256 amount) private {
        IERC20 token = IERC20(_auctions[source.auctionId].terms.collateralToken);
        LegState storage leg = _legs[source.legId];
        if (block.timestamp > uint256(leg.arrival.endedAt) + _baskets[source.basket].feeGraceSec) {
            token.safeTransfer(msg.sender, amount);
        } else {
            token.forceApprove(operatorSet, amount);
            IOperatorSet(operatorSet).accrue(leg.commitment.operatorSetId, address(token), amount);
        }
    }

    function _dueOf(uint8 kind) private pure returns (uint8) {
        return kind == KIND_LEG_SETTLED ? DUE_COLLATERAL : DUE_REFUND;
    }
}
