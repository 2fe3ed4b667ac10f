// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IPortReceiver} from "../interfaces/IBridgePort.sol";
import {SpokeCollateral} from "../interfaces/ILiquiditySpoke.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {
    FLAG_TWO_PARTS,
    HUB_PEER,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    Receipt,
    ReceiptFill
} from "../libraries/Types.sol";
import {Finalizing} from "./Finalizing.sol";

/// @title ReceiptDelivery
/// @notice How collateral and refunds that come home are credited to the calls they belong to.
abstract contract ReceiptDelivery is Finalizing, IPortReceiver {
    using PoolAccounting for PoolAccounting.Pool;

    /// @dev What one message delivers: its token, how that converts, and which part of a call's result it is; `alone` if it
    /// is about one leg only.
    struct Delivery {
        bool alone;
        address token;
        uint8 kind;
        uint8 part;
        uint8 hubDecimals;
        uint8 localDecimals;
    }

    /// @inheritdoc IPortReceiver
    /// @dev Reverts, and so leaves the message to be tried again, if it is broken, from anyone but the port of its token,
    /// about one leg whose call was not made here, or worth more than what came with it. A repeated or contradicting fill is
    /// passed over: what it brought stays here and belongs to nobody, for what the first one brought is already owed. So is
    /// one of an unknown call that came with other legs: anyone may put legs into one message, and a call that a reorg has
    /// removed would hold back the others' results for good.
    function onPortDelivery(uint32 peer, address token, uint256 amountLocal, bytes32, bytes calldata payload)
        external
        nonReentrant
    {
        if (msg.sender != _portOf[token]) revert CallerNotPort(msg.sender);
        if (peer != HUB_PEER) revert PeerNotHub(peer);
        Receipt memory receipt = MessageCodec.decodeReceipt(payload);
        bool settled = receipt.kind == KIND_LEG_SETTLED;
        Delivery memory delivery;
        if (settled) delivery = _collateralDelivery(receipt.token, token);

        uint256 expectedLocal;
        for (uint256 i = 0; i < receipt.legs.length; ++i) {
            LegId legId = receipt.legs[i].legId;
            uint32 basket = _legs[legId].basket;
            ReceiptFill[] memory fills = receipt.legs[i].fills;
            if (basket == 0) {
                if (receipt.legs.length == 1) revert LegUnknown(legId);
                _ignore(legId, receipt.kind, fills);
                continue;
            }
            if (!settled) delivery = _refundDelivery(basket, receipt.token, token);
            delivery.alone = receipt.legs.length == 1;
            uint8 ended = 0;
            for (uint256 j = 0; j < fills.length; ++j) {
                (uint256 worthLocal, bool callEnded) = _recordFill(legId, basket, delivery, fills[j]);
                expectedLocal += worthLocal;
                if (callEnded) ++ended;
            }
            _land(legId, ended);
        }
        if (expectedLocal > amountLocal) revert ReceiptAmountMismatch(expectedLocal, amountLocal);
    }

    function _collateralDelivery(address hubToken, address token) private view returns (Delivery memory) {
        SpokeCollateral storage terms = _collaterals[hubToken];
        if (terms.token == address(0)) revert CollateralUnknown(hubToken);
        if (token != terms.token) revert TokenMismatch(terms.token, token);
        return Delivery({
            alone: false,
            token: token,
            kind: KIND_LEG_SETTLED,
            part: PoolAccounting.COLLATERAL,
            hubDecimals: terms.hubDecimals,
            localDecimals: terms.localDecimals
        });
    }

    function _refundDelivery(uint32 basket, address hubToken, address token) private view returns (Delivery memory) {
        BasketTerms storage terms = _baskets[basket];
        if (hubToken != terms.hubDebtToken) revert TokenMismatch(terms.hubDebtToken, hubToken);
        if (token != terms.debtToken) revert TokenMismatch(terms.debtToken, token);
        return Delivery({
            alone: false,
            token: token,
            kind: KIND_LEG_REFUNDED,
            part: PoolAccounting.REFUND,
            hubDecimals: terms.hubDecimals,
            localDecimals: terms.localDecimals
        });
    }

    /// @return amountLocal What the fill is worth, also if it is passed over: so much must have come.
    /// @return ended The call waited for this, and waits for nothing any more.
    function _recordFill(LegId legId, uint32 basket, Delivery memory delivery, ReceiptFill memory fill)
        private
        returns (uint256 amountLocal, bool ended)
    {
        PoolAccounting.Pool storage pool_ = _poolOf(basket, fill.tier);
        PoolAccounting.Call storage made = pool_.calls[fill.gen];
        amountLocal = Decimals.toLocalDown(fill.amount, delivery.hubDecimals, delivery.localDecimals);
        if (made.sharesAtCall == 0 || made.legTag != _tagOf(legId)) {
            if (delivery.alone) revert FillUnknown(legId, fill.tier, fill.gen);
            emit ResultIgnored(legId, fill.tier, fill.gen, delivery.kind, fill.amount);
            return (amountLocal, false);
        }
        uint32 tokenId = _tokenIdOf(basket, delivery.token);
        (uint112 credited, bool complete, bool recorded) =
            pool_.record(fill.gen, delivery.part, amountLocal, tokenId, fill.flags & FLAG_TWO_PARTS != 0);
        if (!recorded) {
            emit ResultIgnored(legId, fill.tier, fill.gen, delivery.kind, fill.amount);
            return (amountLocal, false);
        }
        emit ResultRecorded(legId, basket, fill.tier, fill.gen, delivery.kind, delivery.token, credited, complete);
        // A skipped call has ended before: its pointer has passed, and it counts as in flight no more.
        ended = complete && made.status & PoolAccounting.SKIPPED == 0;
        if (ended) _advance(pool_, basket, fill.tier, CALLS_FINALIZED_AT_ONCE);
    }

    function _ignore(LegId legId, uint8 kind, ReceiptFill[] memory fills) private {
        for (uint256 i = 0; i < fills.length; ++i) {
            emit ResultIgnored(legId, fills[i].tier, fills[i].gen, kind, fills[i].amount);
        }
    }
}
