// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    AuctionId,
    CapitalDelivered,
    CapitalFill,
    FLAG_TWO_PARTS,
    KIND_CAPITAL_DELIVERED,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    LegReceipt,
    MAX_FILLS_PER_MESSAGE,
    Receipt,
    ReceiptFill
} from "./Types.sol";

/// @title MessageCodec
/// @notice The bytes that travel with the tokens, the same over every bridge: packed, big-endian, fixed width, hub units.
///
///     CapitalDelivered  version 1 | kind 1 | legId 32 | auctionId 32 | basket 4 | n 1
///                       | n * { tier 1 | gen 4 | amount 16 }
///     LegSettled        version 1 | kind 1 | token 32 | legs 1
///                       | legs * { legId 32 | n 1 | n * { tier 1 | gen 4 | amount 16 | flags 1 } }
///     LegRefunded       the same
///
/// What decodes is exactly what encodes: another length, version, kind or flag is refused. `shared/src/messageCodec.ts`
/// has the same; `test/vectors/messages.json` holds both to it.
library MessageCodec {
    uint8 internal constant VERSION = 1;

    uint256 private constant HEAD_BYTES = 2;
    uint256 private constant CAPITAL_HEAD_BYTES = 71;
    uint256 private constant CAPITAL_FILL_BYTES = 21;
    uint256 private constant RECEIPT_HEAD_BYTES = 35;
    uint256 private constant LEG_HEAD_BYTES = 33;
    uint256 private constant RECEIPT_FILL_BYTES = 22;

    error UnknownVersion(uint8 version);
    /// @notice No such kind of message, or not one that is expected here.
    error UnknownKind(uint8 kind);
    /// @notice Truncated, or bytes after the end. `expected` is what the part read so far asks for.
    error WrongLength(uint256 expected, uint256 actual);
    error TooManyFills(uint256 count);
    error TooManyLegs(uint256 count);
    error TokenNotAddress(bytes32 token);
    error UnknownFlags(uint8 flags);

    // ------------------------------------------------------------------------------------------ CapitalDelivered

    /// @dev Reverts with `TooManyFills` above 64 fills.
    function encodeCapitalDelivered(CapitalDelivered memory message) internal pure returns (bytes memory out) {
        uint256 count = message.fills.length;
        if (count > MAX_FILLS_PER_MESSAGE) revert TooManyFills(count);
        out = new bytes(CAPITAL_HEAD_BYTES + count * CAPITAL_FILL_BYTES);
        uint256 at = _put(out, 0, VERSION, 1);
        at = _put(out, at, KIND_CAPITAL_DELIVERED, 1);
        at = _put(out, at, uint256(LegId.unwrap(message.legId)), 32);
        at = _put(out, at, uint256(AuctionId.unwrap(message.auctionId)), 32);
        at = _put(out, at, message.basket, 4);
        at = _put(out, at, count, 1);
        for (uint256 i = 0; i < count; ++i) {
            CapitalFill memory fill = message.fills[i];
            at = _put(out, at, fill.tier, 1);
            at = _put(out, at, fill.gen, 4);
            at = _put(out, at, fill.amount, 16);
        }
    }

    /// @notice The ids in a `CapitalDelivered`; the whole message is checked, its fills stay unread.
    /// @dev Reverts with `UnknownVersion`, `UnknownKind`, `WrongLength` or `TooManyFills`. Constant gas.
    function capitalHeader(bytes calldata data)
        internal
        pure
        returns (LegId legId, AuctionId auctionId, uint32 basket)
    {
        uint8 kind = _kind(data);
        if (kind != KIND_CAPITAL_DELIVERED) revert UnknownKind(kind);
        if (data.length < CAPITAL_HEAD_BYTES) revert WrongLength(CAPITAL_HEAD_BYTES, data.length);
        uint256 count = uint8(data[70]);
        if (count > MAX_FILLS_PER_MESSAGE) revert TooManyFills(count);
        _requireLength(CAPITAL_HEAD_BYTES + count * CAPITAL_FILL_BYTES, data.length);
        return (LegId.wrap(bytes32(data[2:34])), AuctionId.wrap(bytes32(data[34:66])), uint32(bytes4(data[66:70])));
    }

    /// @dev Reverts like `capitalHeader`.
    function decodeCapitalDelivered(bytes calldata data) internal pure returns (CapitalDelivered memory message) {
        (message.legId, message.auctionId, message.basket) = capitalHeader(data);
        uint256 count = uint8(data[70]);
        message.fills = new CapitalFill[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 at = CAPITAL_HEAD_BYTES + i * CAPITAL_FILL_BYTES;
            message.fills[i] = CapitalFill({
                tier: uint8(data[at]),
                gen: uint32(bytes4(data[at + 1:at + 5])),
                amount: uint128(bytes16(data[at + 5:at + 21]))
            });
        }
    }

    // ------------------------------------------------------------------------------------ LegSettled, LegRefunded

    /// @dev Reverts with `UnknownKind`, `TooManyLegs` above 255 legs, `TooManyFills` above 64 fills over all legs together, or
    /// `UnknownFlags`.
    function encodeReceipt(Receipt memory receipt) internal pure returns (bytes memory out) {
        _requireReceipt(receipt.kind);
        uint256 legCount = receipt.legs.length;
        if (legCount > type(uint8).max) revert TooManyLegs(legCount);
        uint256 fillCount = 0;
        for (uint256 i = 0; i < legCount; ++i) {
            fillCount += receipt.legs[i].fills.length;
        }
        if (fillCount > MAX_FILLS_PER_MESSAGE) revert TooManyFills(fillCount);

        out = new bytes(RECEIPT_HEAD_BYTES + legCount * LEG_HEAD_BYTES + fillCount * RECEIPT_FILL_BYTES);
        uint256 at = _put(out, 0, VERSION, 1);
        at = _put(out, at, receipt.kind, 1);
        at = _put(out, at, uint160(receipt.token), 32);
        at = _put(out, at, legCount, 1);
        for (uint256 i = 0; i < legCount; ++i) {
            at = _putLeg(out, at, receipt.legs[i]);
        }
    }

    /// @dev Reverts with `UnknownVersion`, `UnknownKind`, `WrongLength`, `TooManyFills`, `TokenNotAddress` or `UnknownFlags`.
    function decodeReceipt(bytes calldata data) internal pure returns (Receipt memory receipt) {
        receipt.kind = _kind(data);
        _requireReceipt(receipt.kind);
        if (data.length < RECEIPT_HEAD_BYTES) revert WrongLength(RECEIPT_HEAD_BYTES, data.length);
        bytes32 token = bytes32(data[2:34]);
        if (uint256(token) >> 160 != 0) revert TokenNotAddress(token);
        receipt.token = address(uint160(uint256(token)));
        receipt.legs = new LegReceipt[](uint8(data[34]));

        uint256 at = RECEIPT_HEAD_BYTES;
        uint256 fillCount = 0;
        for (uint256 i = 0; i < receipt.legs.length; ++i) {
            if (data.length < at + LEG_HEAD_BYTES) revert WrongLength(at + LEG_HEAD_BYTES, data.length);
            uint256 count = uint8(data[at + 32]);
            fillCount += count;
            if (fillCount > MAX_FILLS_PER_MESSAGE) revert TooManyFills(fillCount);
            uint256 end = at + LEG_HEAD_BYTES + count * RECEIPT_FILL_BYTES;
            if (data.length < end) revert WrongLength(end, data.length);
            receipt.legs[i] = _takeLeg(data[at:end], count);
            at = end;
        }
        _requireLength(at, data.length);
    }

    function _putLeg(bytes memory out, uint256 at, LegReceipt memory leg) private pure returns (uint256) {
        at = _put(out, at, uint256(LegId.unwrap(leg.legId)), 32);
        at = _put(out, at, leg.fills.length, 1);
        for (uint256 i = 0; i < leg.fills.length; ++i) {
            ReceiptFill memory fill = leg.fills[i];
            _requireKnownFlags(fill.flags);
            at = _put(out, at, fill.tier, 1);
            at = _put(out, at, fill.gen, 4);
            at = _put(out, at, fill.amount, 16);
            at = _put(out, at, fill.flags, 1);
        }
        return at;
    }

    function _takeLeg(bytes calldata data, uint256 count) private pure returns (LegReceipt memory leg) {
        leg.legId = LegId.wrap(bytes32(data[:32]));
        leg.fills = new ReceiptFill[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 at = LEG_HEAD_BYTES + i * RECEIPT_FILL_BYTES;
            uint8 flags = uint8(data[at + 21]);
            _requireKnownFlags(flags);
            leg.fills[i] = ReceiptFill({
                tier: uint8(data[at]),
                gen: uint32(bytes4(data[at + 1:at + 5])),
                amount: uint128(bytes16(data[at + 5:at + 21])),
                flags: flags
            });
        }
    }

    // ---------------------------------------------------------------------------------------------------- common

    function _kind(bytes calldata data) private pure returns (uint8) {
        if (data.length < HEAD_BYTES) revert WrongLength(HEAD_BYTES, data.length);
        uint8 version = uint8(data[0]);
        if (version != VERSION) revert UnknownVersion(version);
        return uint8(data[1]);
    }

    function _requireReceipt(uint8 kind) private pure {
        if (kind != KIND_LEG_SETTLED && kind != KIND_LEG_REFUNDED) revert UnknownKind(kind);
    }

    function _requireKnownFlags(uint8 flags) private pure {
        if (flags & ~FLAG_TWO_PARTS != 0) revert UnknownFlags(flags);
    }

    function _requireLength(uint256 expected, uint256 actual) private pure {
        if (expected != actual) revert WrongLength(expected, actual);
    }

    /// @dev Writes `value` into the `width` bytes at `at`; returns where the next field begins. Fields are written in order:
    /// a whole word is stored and its zero tail is overwritten by the next field. The last field's tail lies in memory
    /// behind `out` that is not in use yet.
    function _put(bytes memory out, uint256 at, uint256 value, uint256 width) private pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(add(add(out, 32), at), shl(sub(256, shl(3, width)), value))
        }
        return at + width;
    }
}
