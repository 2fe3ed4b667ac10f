// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOAppCore} from "@layerzerolabs/oapp-evm/contracts/oapp/interfaces/IOAppCore.sol";
import {OptionsBuilder} from "@layerzerolabs/oapp-evm/contracts/oapp/libs/OptionsBuilder.sol";
import {ILayerZeroComposer} from "@layerzerolabs/lz-evm-protocol-v2/contracts/interfaces/ILayerZeroComposer.sol";
import {
    IOFT,
    MessagingFee,
    MessagingReceipt,
    OFTReceipt,
    SendParam
} from "@layerzerolabs/oft-evm/contracts/interfaces/IOFT.sol";
import {OFTComposeMsgCodec} from "@layerzerolabs/oft-evm/contracts/libs/OFTComposeMsgCodec.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBridgePort} from "../interfaces/IBridgePort.sol";
import {BridgePort} from "./BridgePort.sol";
import {RemotePort} from "./RemotePort.sol";

/// @title LayerZeroPort
/// @notice Carries tokens as LayerZero OFT transfers, with the message as their compose payload. The message id is the guid.
/// @dev The OFT credits this port first and queues the compose; anyone then executes it at the endpoint, as often as it
/// takes. So what a message brought is the amount in it, never this port's balance.
contract LayerZeroPort is RemotePort, ILayerZeroComposer {
    using SafeERC20 for IERC20;
    using OptionsBuilder for bytes;

    /// @notice How a token travels: the OFT's shared unit is the smallest amount that it carries.
    struct Transport {
        address oft;
        bool approvalRequired;
        uint64 sharedUnitLocal;
    }

    /// @dev nonce 8 | srcEid 4 | amountLD 32 | composeFrom 32, before the payload.
    uint256 private constant COMPOSE_HEADER_LENGTH = 76;

    /// @dev Up to 18 decimals between token and OFT, so that the unit fits 64 bits.
    uint256 private constant MAX_DECIMALS_GAP = 18;

    /// @dev Endpoint ids below count as LayerZero v1, which takes no options for composing.
    uint32 private constant FIRST_V2_EID = 30_000;

    /// @notice No more gas is bought for an `lzReceive`: a price that nobody can pay would hold up everything on its way home.
    /// @dev Many times what an OFT takes: 139,000 with a short message, less than 400,000 with the longest. LayerZero's executor
    /// has no limit of its own for it, only for value.
    uint128 public constant MAX_RECEIVE_GAS = 2_000_000;

    /// @notice LayerZero's endpoint on this chain.
    address public immutable endpoint;

    /// @notice Gas that the executor gives to the OFT's `lzReceive` on the peer's chain.
    mapping(uint32 peer => uint128) public receiveGas;
    /// @notice The transport of a token; zeros if none.
    mapping(address token => Transport) public transportOf;
    /// @notice The token that this OFT carries; zero if none.
    mapping(address oft => address token) public tokenOfOft;

    event TokenSet(address indexed token, address indexed oft, uint64 sharedUnitLocal);
    event ReceiveGasSet(uint32 indexed peer, uint128 gas);

    error EndpointInvalid(address endpoint);
    error TransportInvalid(address token, address oft);
    error TokenAlreadySet(address token, address oft);
    error ReceiveGasUnset(uint32 peer);
    error ReceiveGasTooHigh(uint32 peer, uint128 gas, uint128 maxGas);
    error SentMismatch(uint256 expected, uint256 sent, uint256 received);
    error CallerNotEndpoint(address caller);
    error OftUnknown(address oft);
    error ComposeTooShort(uint256 length);
    error ValueNotAccepted(uint256 valueWei);

    constructor(address owner, address endpoint_) BridgePort(owner) {
        if (endpoint_.code.length == 0) revert EndpointInvalid(endpoint_);
        endpoint = endpoint_;
    }

    /// @notice Registers the port that stands for `peer` on the chain with this endpoint id; once. Owner only. Emits `PeerSet`.
    /// @dev Reverts with `PeerInvalid`, `PeerAlreadySet` or `ChainAlreadySet`.
    function setPeer(uint32 peer, uint32 eid, bytes32 port) external onlyOwner {
        if (eid < FIRST_V2_EID) revert PeerInvalid(peer, eid, port);
        _setPeer(peer, eid, port);
    }

    /// @notice Registers the OFT (or adapter) that carries `token`; once. Owner only. Emits `TokenSet`.
    /// @dev Reverts with `TransportInvalid` if the OFT carries another token, is of another endpoint or shares more decimals
    /// than the token has, and with `TokenAlreadySet`.
    function setToken(address token, address oft) external onlyOwner {
        if (token.code.length == 0 || oft.code.length == 0) revert TransportInvalid(token, oft);
        if (IOFT(oft).token() != token) revert TransportInvalid(token, oft);
        if (address(IOAppCore(oft).endpoint()) != endpoint) revert TransportInvalid(token, oft);
        if (transportOf[token].oft != address(0)) revert TokenAlreadySet(token, transportOf[token].oft);
        (uint256 decimals, uint256 shared) = (IERC20Metadata(token).decimals(), IOFT(oft).sharedDecimals());
        if (decimals < shared || decimals - shared > MAX_DECIMALS_GAP) revert TransportInvalid(token, oft);
        // At most 10^18, which is below 2^64.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint64 sharedUnitLocal = uint64(10 ** (decimals - shared));
        transportOf[token] = Transport(oft, IOFT(oft).approvalRequired(), sharedUnitLocal);
        tokenOfOft[oft] = token;
        emit TokenSet(token, oft, sharedUnitLocal);
    }

    /// @notice Sets the gas of `lzReceive` on the peer's chain. Owner only. Emits `ReceiveGasSet`.
    /// @dev None is paid for `lzCompose`: whoever wants the message executed executes it. Reverts with `ReceiveGasUnset` for
    /// zero, and with `ReceiveGasTooHigh` above `MAX_RECEIVE_GAS`.
    function setReceiveGas(uint32 peer, uint128 gas) external onlyOwner {
        if (gas == 0) revert ReceiveGasUnset(peer);
        if (gas > MAX_RECEIVE_GAS) revert ReceiveGasTooHigh(peer, gas, MAX_RECEIVE_GAS);
        receiveGas[peer] = gas;
        emit ReceiveGasSet(peer, gas);
    }

    /// @inheritdoc IBridgePort
    /// @dev The endpoint itself takes the fee out of the value, refuses too little and returns the surplus to `refundTo`.
    function send(uint32 peer, address token, uint256 amountLocal, bytes calldata payload, address refundTo)
        external
        payable
        onlyReceiver
        nonReentrant
        returns (bytes32 messageId)
    {
        (Transport memory transport, SendParam memory param) = _prepare(peer, token, amountLocal, payload);
        _pull(token, amountLocal);
        if (transport.approvalRequired) IERC20(token).forceApprove(transport.oft, amountLocal);
        (MessagingReceipt memory message, OFTReceipt memory moved) =
            IOFT(transport.oft).send{value: msg.value}(param, MessagingFee(msg.value, 0), refundTo);
        if (moved.amountSentLD != amountLocal || moved.amountReceivedLD != amountLocal) {
            revert SentMismatch(amountLocal, moved.amountSentLD, moved.amountReceivedLD);
        }
        messageId = message.guid;
        emit TransferSent(peer, messageId, token, amountLocal, payload);
    }

    /// @inheritdoc IBridgePort
    function quoteSend(uint32 peer, address token, uint256 amountLocal, bytes calldata payload)
        external
        view
        returns (uint256 feeWei)
    {
        (Transport memory transport, SendParam memory param) = _prepare(peer, token, amountLocal, payload);
        return IOFT(transport.oft).quoteSend(param, false).nativeFee;
    }

    /// @inheritdoc ILayerZeroComposer
    /// @dev Only what a known OFT received from a registered port: anyone can queue a compose for this port, in their own
    /// name. If the receiver reverts, the message stays queued at the endpoint.
    function lzCompose(address oft, bytes32 guid, bytes calldata message, address, bytes calldata)
        external
        payable
        nonReentrant
    {
        if (msg.sender != endpoint) revert CallerNotEndpoint(msg.sender);
        address token = tokenOfOft[oft];
        if (token == address(0)) revert OftUnknown(oft);
        if (msg.value != 0) revert ValueNotAccepted(msg.value);
        if (message.length < COMPOSE_HEADER_LENGTH) revert ComposeTooShort(message.length);
        uint32 peer = _identify(OFTComposeMsgCodec.srcEid(message), OFTComposeMsgCodec.composeFrom(message));
        (uint256 amountLocal, bytes memory payload) =
            (OFTComposeMsgCodec.amountLD(message), OFTComposeMsgCodec.composeMsg(message));
        _consume(guid);
        _deliver(receiver, peer, guid, token, amountLocal, payload);
    }

    /// @dev Everything is refused that the OFT would truncate: a remainder below its shared unit, and more than 64 bits.
    function _prepare(uint32 peer, address token, uint256 amountLocal, bytes calldata payload)
        private
        view
        returns (Transport memory transport, SendParam memory param)
    {
        transport = transportOf[token];
        if (transport.oft == address(0)) revert TokenUnknown(token);
        Peer memory to = _requirePeer(peer);
        if (receiveGas[peer] == 0) revert ReceiveGasUnset(peer);
        _requirePayload(payload.length);
        if (amountLocal == 0) revert AmountZero();
        uint256 unit = transport.sharedUnitLocal;
        if (amountLocal % unit != 0) revert AmountNotTransportable(amountLocal, unit);
        uint256 maxLocal = type(uint64).max * unit;
        if (amountLocal > maxLocal) revert AmountAboveTransport(amountLocal, maxLocal);
        param = SendParam({
            dstEid: to.chain,
            to: to.port,
            amountLD: amountLocal,
            minAmountLD: amountLocal,
            extraOptions: OptionsBuilder.newOptions().addExecutorLzReceiveOption(receiveGas[peer], 0),
            composeMsg: payload,
            oftCmd: ""
        });
    }
}
