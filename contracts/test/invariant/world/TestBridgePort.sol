// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BridgePort} from "../../../src/ports/BridgePort.sol";

/// @notice One end of a simulated transport, and its fault injector: it is no bridge and proves nothing. Parcels wait at the
/// receiving end until the test delivers them: late, in any order, short, or again.
/// @dev Value travels with the message and nothing is minted: what is sent stays at the sending end, what is delivered comes out
/// of the stock of the receiving end, so that both together always hold the stock and what is under way.
contract TestBridgePort is BridgePort {
    /// @notice How a token of this end stands to its representation at the other one.
    /// @param granularity Smallest step that travels, in units of this end.
    /// @param up,down An amount of this end times `up`, divided by `down`, is the same amount at the other end.
    struct Lane {
        address remote;
        uint256 granularity;
        uint256 up;
        uint256 down;
    }

    struct Parcel {
        bytes32 messageId;
        address token;
        uint256 amount;
        bytes payload;
        bool delivered;
    }

    uint256 public constant FEE_WEI = 1e12;

    /// @notice Whom this end sends to: the hub's 0, or a spoke.
    uint32 public immutable peer;
    TestBridgePort public other;
    /// @notice Value on its way to this end, in its own units.
    mapping(address token => uint256) public underWay;

    mapping(address token => Lane) private _lanes;
    Parcel[] private _inbox;
    uint256 private _nonce;

    error NotTheOtherEnd(address caller);

    constructor(address owner, uint32 peer_) BridgePort(owner) {
        peer = peer_;
    }

    function link(TestBridgePort other_) external onlyOwner {
        other = other_;
    }

    function setLane(address token, Lane calldata lane) external onlyOwner {
        _lanes[token] = lane;
    }

    function quoteSend(uint32, address, uint256, bytes calldata) external pure returns (uint256) {
        return FEE_WEI;
    }

    function send(uint32 peer_, address token, uint256 amountLocal, bytes calldata payload, address refundTo)
        external
        payable
        onlyReceiver
        nonReentrant
        returns (bytes32 messageId)
    {
        Lane memory lane = _lanes[token];
        if (peer_ != peer) revert PeerUnknown(peer_);
        if (lane.remote == address(0)) revert TokenUnknown(token);
        if (amountLocal == 0) revert AmountZero();
        if (amountLocal % lane.granularity != 0) revert AmountNotTransportable(amountLocal, lane.granularity);
        if (msg.value < FEE_WEI) revert FeeTooLow(FEE_WEI, msg.value);
        messageId = keccak256(abi.encode(address(this), ++_nonce));
        emit TransferSent(peer_, messageId, token, amountLocal, payload);
        _pull(token, amountLocal);
        other.post(messageId, lane.remote, amountLocal * lane.up / lane.down, payload);
        _refundSurplus(refundTo, msg.value - FEE_WEI);
    }

    function post(bytes32 messageId, address token, uint256 amount, bytes calldata payload) external {
        if (msg.sender != address(other)) revert NotTheOtherEnd(msg.sender);
        underWay[token] += amount;
        _inbox.push(Parcel(messageId, token, amount, payload, false));
    }

    // ------------------------------------------------------------------------------------------ what the test makes of it

    /// @notice Hands a parcel over, crediting `credited` of it; the rest stays here for good.
    function deliver(uint256 index, uint256 credited) external nonReentrant {
        Parcel storage parcel = _inbox[index];
        if (!parcel.delivered) underWay[parcel.token] -= parcel.amount;
        parcel.delivered = true;
        _consume(parcel.messageId);
        _deliver(receiver, peer, parcel.messageId, parcel.token, credited, parcel.payload);
    }

    /// @notice Hands the message of a parcel over again under an identity of its own, with `credited` of this end's own stock.
    function deliverForged(uint256 index, uint256 credited) external nonReentrant {
        Parcel storage parcel = _inbox[index];
        bytes32 messageId = keccak256(abi.encode(address(this), "again", ++_nonce));
        _deliver(receiver, peer, messageId, parcel.token, credited, parcel.payload);
    }

    function inboxLength() external view returns (uint256) {
        return _inbox.length;
    }

    function inbox(uint256 index) external view returns (Parcel memory) {
        return _inbox[index];
    }
}
