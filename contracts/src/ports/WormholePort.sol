// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBridgePort} from "../interfaces/IBridgePort.sol";
import {BridgePort} from "./BridgePort.sol";
import {IWormholeCore} from "./external/IWormholeCore.sol";
import {IWormholeTokenBridge} from "./external/IWormholeTokenBridge.sol";
import {RemotePort} from "./RemotePort.sol";

/// @title WormholePort
/// @notice Carries tokens as transfers of Wormhole's Token Bridge, with the message as their payload. The message id is
/// `keccak256(abi.encode(chain, emitter, sequence))`, the emitter being the sending chain's Token Bridge.
contract WormholePort is RemotePort {
    using SafeERC20 for IERC20;

    /// @dev The Token Bridge carries at most so many decimals and would keep what is below.
    uint256 private constant MAX_DECIMALS = 8;

    /// @notice Wormhole's core bridge on this chain.
    IWormholeCore public immutable core;
    /// @notice Wormhole's Token Bridge on this chain.
    IWormholeTokenBridge public immutable tokenBridge;
    /// @notice This chain as Wormhole numbers chains.
    uint16 public immutable wormholeChain;

    /// @notice Tokens that are sent and accepted; for good.
    mapping(address token => bool) public allowed;

    event TokenSet(address indexed token);
    /// @notice A transfer was published; its VAA has this sequence of the Token Bridge.
    event TransferPublished(uint32 indexed peer, bytes32 indexed messageId, uint64 sequence);

    error BridgeInvalid(address core, address tokenBridge);
    error TokenInvalid(address token);
    error TokenAlreadySet(address token);
    /// @dev No Token Bridge of that chain is registered here: nothing would ever come from it, and what is sent would be lost.
    error EmitterUnset(uint16 chain);
    error VaaInvalid(bytes32 vaaHash);
    error EmitterMismatch(uint16 chain, bytes32 expected, bytes32 actual);
    error RecipientMismatch(uint16 toChain, bytes32 to);

    constructor(address owner, address core_, address tokenBridge_) BridgePort(owner) {
        if (core_.code.length == 0 || tokenBridge_.code.length == 0) revert BridgeInvalid(core_, tokenBridge_);
        core = IWormholeCore(core_);
        tokenBridge = IWormholeTokenBridge(tokenBridge_);
        if (tokenBridge.wormhole() != core_) revert BridgeInvalid(core_, tokenBridge_);
        wormholeChain = core.chainId();
        if (wormholeChain == 0) revert BridgeInvalid(core_, tokenBridge_);
    }

    /// @notice Registers the port that stands for `peer` on this Wormhole chain; once. Owner only. Emits `PeerSet`.
    /// @dev Reverts with `EmitterUnset`, `PeerInvalid`, `PeerAlreadySet` or `ChainAlreadySet`.
    function setPeer(uint32 peer, uint16 chain, bytes32 port) external onlyOwner {
        _setPeer(peer, chain, port);
        if (tokenBridge.bridgeContracts(chain) == 0) revert EmitterUnset(chain);
    }

    /// @notice Allows a token, of this chain or wrapped here; once and for good. Owner only. Emits `TokenSet`.
    /// @dev Reverts with `TokenInvalid` or `TokenAlreadySet`.
    function setToken(address token) external onlyOwner {
        if (token.code.length == 0) revert TokenInvalid(token);
        if (allowed[token]) revert TokenAlreadySet(token);
        allowed[token] = true;
        emit TokenSet(token);
    }

    /// @inheritdoc IBridgePort
    function send(uint32 peer, address token, uint256 amountLocal, bytes calldata payload, address refundTo)
        external
        payable
        onlyReceiver
        nonReentrant
        returns (bytes32 messageId)
    {
        Peer memory to = _requireSendable(peer, token, amountLocal, payload.length);
        uint256 feeWei = core.messageFee();
        if (msg.value < feeWei) revert FeeTooLow(feeWei, msg.value);
        _pull(token, amountLocal);
        IERC20(token).forceApprove(address(tokenBridge), amountLocal);
        // `setPeer` takes 16-bit chains only.
        uint64 sequence = tokenBridge.transferTokensWithPayload{value: feeWei}(
            token, amountLocal, uint16(to.chain), to.port, 0, payload
        );
        messageId = _messageId(wormholeChain, bytes32(uint256(uint160(address(tokenBridge)))), sequence);
        emit TransferSent(peer, messageId, token, amountLocal, payload);
        emit TransferPublished(peer, messageId, sequence);
        _refundSurplus(refundTo, msg.value - feeWei);
    }

    /// @inheritdoc IBridgePort
    function quoteSend(uint32 peer, address token, uint256 amountLocal, bytes calldata payload)
        external
        view
        returns (uint256 feeWei)
    {
        _requireSendable(peer, token, amountLocal, payload.length);
        return core.messageFee();
    }

    /// @notice Redeems the transfer of a VAA and hands it over. Anyone. If the receiver reverts, nothing is redeemed.
    /// @dev What is credited is what came by the balance, for the payload's amount is in the bridge's own decimals.
    /// Each VAA once, by its hash as at the Token Bridge, signatures apart. After a reorg deeper than what guardians wait for,
    /// two VAAs can have the same message id: the bridge pays both, to this port only, and what was refused here would be locked.
    function receiveTransfer(bytes calldata vaa) external nonReentrant {
        (IWormholeCore.VM memory vm, bool valid,) = core.parseAndVerifyVM(vaa);
        if (!valid) revert VaaInvalid(vm.hash);
        bytes32 emitter = tokenBridge.bridgeContracts(vm.emitterChainId);
        if (emitter == 0 || vm.emitterAddress != emitter) {
            revert EmitterMismatch(vm.emitterChainId, emitter, vm.emitterAddress);
        }
        IWormholeTokenBridge.TransferWithPayload memory transfer = tokenBridge.parseTransferWithPayload(vm.payload);
        if (transfer.toChain != wormholeChain || transfer.to != bytes32(uint256(uint160(address(this))))) {
            revert RecipientMismatch(transfer.toChain, transfer.to);
        }
        uint32 peer = _identify(vm.emitterChainId, transfer.fromAddress);
        bytes32 messageId = _messageId(vm.emitterChainId, emitter, vm.sequence);
        _consume(vm.hash);
        address token = _tokenOf(transfer.tokenChain, transfer.tokenAddress);

        uint256 before = IERC20(token).balanceOf(address(this));
        tokenBridge.completeTransferWithPayload(vaa);
        uint256 received = _receivedSince(before, token, address(this));
        _deliver(receiver, peer, messageId, token, received, transfer.payload);
    }

    /// @dev Everything is refused that the Token Bridge would not carry whole: it keeps what is below its decimals, and counts
    /// amounts in 64 bits.
    function _requireSendable(uint32 peer, address token, uint256 amountLocal, uint256 payloadBytes)
        private
        view
        returns (Peer memory to)
    {
        if (!allowed[token]) revert TokenUnknown(token);
        to = _requirePeer(peer);
        _requirePayload(payloadBytes);
        if (amountLocal == 0) revert AmountZero();
        uint256 decimals = IERC20Metadata(token).decimals();
        uint256 unit = decimals > MAX_DECIMALS ? 10 ** (decimals - MAX_DECIMALS) : 1;
        if (amountLocal % unit != 0) revert AmountNotTransportable(amountLocal, unit);
        uint256 maxLocal = type(uint64).max * unit;
        if (amountLocal > maxLocal) revert AmountAboveTransport(amountLocal, maxLocal);
    }

    /// @dev The token of a transfer as this chain knows it: its own, or the bridge's representation.
    function _tokenOf(uint16 chain, bytes32 tokenAddress) private view returns (address token) {
        token = chain == wormholeChain
            ? address(uint160(uint256(tokenAddress)))
            : tokenBridge.wrappedAsset(chain, tokenAddress);
        if (!allowed[token]) revert TokenUnknown(token);
    }

    function _messageId(uint16 chain, bytes32 emitter, uint64 sequence) private pure returns (bytes32) {
        return keccak256(abi.encode(chain, emitter, sequence));
    }
}
