// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {
    AuctionId,
    CapitalDelivered,
    CapitalFill,
    KIND_CAPITAL_DELIVERED,
    KIND_LEG_REFUNDED,
    KIND_LEG_SETTLED,
    LegId,
    LegReceipt,
    Receipt as ReceiptMessage,
    ReceiptFill
} from "../../src/libraries/Types.sol";
import {MessageCodec} from "../../src/libraries/MessageCodec.sol";

/// @dev The codec reads calldata and reverts: it needs a call of its own.
contract CodecCaller {
    function decodeCapital(bytes calldata data) external pure returns (CapitalDelivered memory) {
        return MessageCodec.decodeCapitalDelivered(data);
    }

    function capitalHeader(bytes calldata data) external pure returns (LegId, AuctionId, uint32) {
        return MessageCodec.capitalHeader(data);
    }

    function decodeReceipt(bytes calldata data) external pure returns (ReceiptMessage memory) {
        return MessageCodec.decodeReceipt(data);
    }

    function encodeCapital(CapitalDelivered calldata message) external pure returns (bytes memory) {
        return MessageCodec.encodeCapitalDelivered(message);
    }

    function encodeReceipt(ReceiptMessage calldata receipt) external pure returns (bytes memory) {
        return MessageCodec.encodeReceipt(receipt);
    }
}

contract MessageCodecTest is Test {
    string private vectors = vm.readFile("../test/vectors/messages.json");
    CodecCaller private codec = new CodecCaller();

    function test_VectorsOfMessages() public view {
        uint256 count = 0;
        for (; vm.keyExistsJson(vectors, at(".valid", count, "")); ++count) {
            bytes memory structAbi = vm.parseJsonBytes(vectors, at(".valid", count, ".abi"));
            bytes memory data = vm.parseJsonBytes(vectors, at(".valid", count, ".bytes"));
            if (uint8(data[1]) == KIND_CAPITAL_DELIVERED) {
                CapitalDelivered memory message = abi.decode(structAbi, (CapitalDelivered));
                assertEq(codec.encodeCapital(message), data);
                assertEq(abi.encode(codec.decodeCapital(data)), structAbi);
                (LegId legId, AuctionId auctionId, uint32 basket) = codec.capitalHeader(data);
                assertEq(LegId.unwrap(legId), LegId.unwrap(message.legId));
                assertEq(AuctionId.unwrap(auctionId), AuctionId.unwrap(message.auctionId));
                assertEq(basket, message.basket);
            } else {
                assertEq(codec.encodeReceipt(abi.decode(structAbi, (ReceiptMessage))), data);
                assertEq(abi.encode(codec.decodeReceipt(data)), structAbi);
            }
        }
        assertGt(count, 7);
    }

    function test_RevertIf_VectorIsMalformed() public {
        uint256 count = 0;
        for (; vm.keyExistsJson(vectors, at(".malformed", count, "")); ++count) {
            bytes memory data = vm.parseJsonBytes(vectors, at(".malformed", count, ".bytes"));
            bytes memory revertData = vm.parseJsonBytes(vectors, at(".malformed", count, ".revertData"));
            string memory decoder = vm.parseJsonString(vectors, at(".malformed", count, ".decoder"));
            if (keccak256(bytes(decoder)) == keccak256("capital")) {
                vm.expectRevert(revertData);
                codec.decodeCapital(data);
                vm.expectRevert(revertData);
                codec.capitalHeader(data);
            } else {
                vm.expectRevert(revertData);
                codec.decodeReceipt(data);
            }
        }
        assertGt(count, 15);
    }

    function test_RevertIf_MessageIsOfTheOtherDecoder() public {
        CapitalDelivered memory capital;
        bytes memory data = codec.encodeCapital(capital);
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.UnknownKind.selector, KIND_CAPITAL_DELIVERED));
        codec.decodeReceipt(data);

        ReceiptMessage memory receipt;
        receipt.kind = KIND_LEG_SETTLED;
        data = codec.encodeReceipt(receipt);
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.UnknownKind.selector, KIND_LEG_SETTLED));
        codec.decodeCapital(data);
    }

    function test_RevertIf_EncodingWhatDoesNotFit() public {
        CapitalDelivered memory capital;
        capital.fills = new CapitalFill[](65);
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.TooManyFills.selector, 65));
        codec.encodeCapital(capital);

        ReceiptMessage memory receipt;
        receipt.kind = KIND_CAPITAL_DELIVERED;
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.UnknownKind.selector, KIND_CAPITAL_DELIVERED));
        codec.encodeReceipt(receipt);

        receipt.kind = KIND_LEG_REFUNDED;
        receipt.legs = new LegReceipt[](256);
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.TooManyLegs.selector, 256));
        codec.encodeReceipt(receipt);

        receipt.legs = new LegReceipt[](2);
        receipt.legs[0].fills = new ReceiptFill[](64);
        receipt.legs[1].fills = new ReceiptFill[](1);
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.TooManyFills.selector, 65));
        codec.encodeReceipt(receipt);

        receipt.legs[0].fills = new ReceiptFill[](0);
        receipt.legs[1].fills[0].flags = 2;
        vm.expectRevert(abi.encodeWithSelector(MessageCodec.UnknownFlags.selector, 2));
        codec.encodeReceipt(receipt);
    }

    function testFuzz_CapitalReadsBack(
        bytes32 legId,
        bytes32 auctionId,
        uint32 basket,
        CapitalFill[64] memory all,
        uint8 n
    ) public view {
        CapitalDelivered memory message = CapitalDelivered({
            legId: LegId.wrap(legId),
            auctionId: AuctionId.wrap(auctionId),
            basket: basket,
            fills: new CapitalFill[](n % 65)
        });
        for (uint256 i = 0; i < message.fills.length; ++i) {
            message.fills[i] = all[i];
        }
        assertEq(abi.encode(codec.decodeCapital(codec.encodeCapital(message))), abi.encode(message));
    }

    /// @dev The fills are dealt out to `legCount` legs, `perLeg` each and the rest to the last.
    function testFuzz_ReceiptReadsBack(
        address token,
        bytes32[8] memory legIds,
        ReceiptFill[64] memory all,
        uint8 legCount,
        uint8 perLeg,
        bool refunded
    ) public view {
        ReceiptMessage memory receipt;
        receipt.kind = refunded ? KIND_LEG_REFUNDED : KIND_LEG_SETTLED;
        receipt.token = token;
        receipt.legs = new LegReceipt[](legCount % 9);
        uint256 next = 0;
        for (uint256 i = 0; i < receipt.legs.length; ++i) {
            uint256 count = i + 1 == receipt.legs.length ? 64 - next : perLeg % 9;
            receipt.legs[i] = LegReceipt({legId: LegId.wrap(legIds[i]), fills: new ReceiptFill[](count)});
            for (uint256 j = 0; j < count; ++j) {
                receipt.legs[i].fills[j] = all[next++];
                receipt.legs[i].fills[j].flags %= 2;
            }
        }
        assertEq(abi.encode(codec.decodeReceipt(codec.encodeReceipt(receipt))), abi.encode(receipt));
    }

    /// @dev Whatever decodes is exactly what encodes: there is one byte string for each message. Starts from a good message
    /// with one byte changed, so that most of what is tried is nearly right.
    function testFuzz_WhatDecodesIsCanonical(uint256 place, bytes1 value, bool isReceipt) public view {
        string memory key = at(".valid", isReceipt ? 4 : 0, ".bytes");
        bytes memory data = vm.parseJsonBytes(vectors, key);
        data[place % data.length] = value;
        try codec.decodeReceipt(data) returns (ReceiptMessage memory receipt) {
            assertEq(codec.encodeReceipt(receipt), data);
        } catch {}
        try codec.decodeCapital(data) returns (CapitalDelivered memory message) {
            assertEq(codec.encodeCapital(message), data);
        } catch {}
    }

    function at(string memory list, uint256 index, string memory field) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(index), "]", field);
    }
}
