// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridgePort, IPortReceiver} from "../interfaces/IBridgePort.sol";
import {ISpokeActions} from "../interfaces/ILiquiditySpoke.sol";
import {IOperatorSet} from "../interfaces/IOperatorSet.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {EngineCall} from "../libraries/EngineCall.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {PlanHashing} from "../libraries/PlanHash.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {CapitalDelivered, CapitalFill, Fill, HUB_PEER, Leg, LegId, PlanHash, PlanHeader} from "../libraries/Types.sol";
import {BidBook} from "./BidBook.sol";
import {SpokeTerms} from "./SpokeTerms.sol";

/// @title LiquiditySpoke
/// @notice The escrow of one chain: LPs bid in pools (basket, tier); a plan signed by a quorum draws from pools and sends
/// the tokens to the hub; collateral and refunds that come home are credited to the bids that were called.
/// @dev Reads in the order of a deposit's life: bid, leave (Leaving), call, delivery (ReceiptDelivery), claim, or a call that is
/// skipped (Finalizing). State is in SpokeStorage, what a bid takes part in is BidBook's, what it tells is in SpokeViews. All state changes before any token
/// moves, and one lock covers every entry point.
contract LiquiditySpoke is SpokeTerms, BidBook, IPortReceiver, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using PoolAccounting for PoolAccounting.Pool;

    /// @inheritdoc ISpokeActions
    uint32 public immutable spokeId;
    /// @inheritdoc ISpokeActions
    IOperatorSet public immutable operatorSet;
    /// @inheritdoc ISpokeActions
    bytes32 public immutable domainSeparator;
    /// @inheritdoc ISpokeActions
    address public immutable engine;
    /// @inheritdoc ISpokeActions
    address public immutable views;

    /// @param owner Creates baskets and names collateral; neither can be redirected afterwards.
    /// @param hubChainId Chain of the hub that plans are signed for.
    /// @param engine_ A `SpokeEngine`. @param views_ A `SpokeViews`. Warning: their code can do anything to this contract's state;
    /// who checks a deployment compares it with what was built.
    constructor(
        address owner,
        uint32 spokeId_,
        uint256 hubChainId,
        address hub,
        address operatorSet_,
        address engine_,
        address views_
    ) SpokeTerms(owner) {
        if (spokeId_ == HUB_PEER) revert ParameterInvalid("spokeId", spokeId_);
        if (hubChainId == 0) revert ParameterInvalid("hubChainId", 0);
        if (hub == address(0)) revert ParameterInvalid("hub", 0);
        if (operatorSet_ == address(0)) revert ParameterInvalid("operatorSet", 0);
        if (engine_.code.length == 0) revert ParameterInvalid("engine", uint160(engine_));
        if (views_.code.length == 0) revert ParameterInvalid("views", uint160(views_));
        spokeId = spokeId_;
        operatorSet = IOperatorSet(operatorSet_);
        domainSeparator = PlanHashing.domainSeparator(hubChainId, hub);
        engine = engine_;
        views = views_;
    }

    /// @notice Everything in `ISpokeViews`: the code of `SpokeViews`, on this contract's state.
    fallback() external {
        EngineCall.run(views);
    }

    /// @inheritdoc ISpokeActions
    function placeBid(uint32 basket, uint8 tier, uint128 amount, address onBehalf)
        external
        nonReentrant
        returns (uint256 bidId)
    {
        return _placeBid(basket, tier, amount, onBehalf);
    }

    /// @inheritdoc ISpokeActions
    function placeBidWithPermit(
        uint32 basket,
        uint8 tier,
        uint128 amount,
        address onBehalf,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 bidId) {
        BasketTerms storage terms = _basketOf(basket, tier);
        uint256 amountLocal = Decimals.toLocalDown(amount, terms.hubDecimals, terms.localDecimals);
        // Someone may have used the permit first, to make this fail; then the allowance is there.
        try IERC20Permit(terms.debtToken).permit(msg.sender, address(this), amountLocal, deadline, v, r, s) {} catch {}
        return _placeBid(basket, tier, amount, onBehalf);
    }

    // ------------------------------------------------------------------------------------- the engine's steps

    /// @inheritdoc ISpokeActions
    /// @dev See Leaving.
    function requestWithdraw(uint256, uint128) external returns (uint256, uint256) {
        EngineCall.run(engine);
    }

    /// @inheritdoc ISpokeActions
    /// @dev See Leaving.
    function withdraw(uint256) external returns (uint256) {
        EngineCall.run(engine);
    }

    /// @inheritdoc ISpokeActions
    /// @dev See Leaving.
    function rebid(uint256, uint8, uint256, uint256) external returns (uint256) {
        _requireNotPaused(STOPS_DEPOSITS);
        EngineCall.run(engine);
    }

    /// @inheritdoc IPortReceiver
    /// @dev See ReceiptDelivery.
    function onPortDelivery(uint32, address, uint256, bytes32, bytes calldata) external {
        EngineCall.run(engine);
    }

    /// @inheritdoc ISpokeActions
    /// @dev See Finalizing.
    function finalizeCalls(uint32, uint8, uint32) external returns (uint32) {
        EngineCall.run(engine);
    }

    /// @inheritdoc ISpokeActions
    /// @dev See Finalizing.
    function skipCall(uint32, uint8, LegId) external {
        EngineCall.run(engine);
    }

    /// @inheritdoc ISpokeActions
    /// @dev See Finalizing.
    function claimSkipped(uint256, uint32, uint8) external returns (uint256) {
        EngineCall.run(engine);
    }

    // ------------------------------------------------------------------------------------------ call and claim

    /// @inheritdoc ISpokeActions
    function callCapital(
        PlanHeader calldata header,
        bytes32[] calldata legHashes,
        Leg calldata leg,
        bytes[] calldata signatures,
        address refundTo
    ) external payable nonReentrant returns (bytes32 messageId) {
        _requireNotPaused(STOPS_CALLS);
        CapitalDelivered memory message;
        message.legId = _authorizeCall(header, legHashes, leg, signatures);
        (message.auctionId, message.basket) = (header.auctionId, header.basket);

        uint256 total;
        (message.fills, total) = _drawFills(message.basket, leg, _tagOf(message.legId));
        _takeOff(message.legId, message.basket, total, message.fills.length);
        return _sendCapital(message, total, header.callBy, refundTo);
    }

    /// @inheritdoc ISpokeActions
    function claim(uint256 bidId, address token, uint256 fromCheckpoint, uint256 toCheckpoint)
        external
        nonReentrant
        returns (uint256 amountLocal)
    {
        Bid storage bid_ = _existingBid(bidId);
        amountLocal = _takeGains(bidId, bid_, token, fromCheckpoint, toCheckpoint);
        IERC20(token).safeTransfer(bid_.owner, amountLocal);
    }

    function _placeBid(uint32 basket, uint8 tier, uint128 amount, address onBehalf) private returns (uint256 bidId) {
        _requireNotPaused(STOPS_DEPOSITS);
        BasketTerms storage terms = _basketOf(basket, tier);
        if (onBehalf == address(0)) revert OwnerZero();
        if (amount == 0) revert AmountZero();
        bidId = _enter(terms, basket, tier, amount, onBehalf);
        _pull(IERC20(terms.debtToken), Decimals.toLocalDown(amount, terms.hubDecimals, terms.localDecimals));
    }

    /// @dev Everything that lets a leg be called: its time, its spoke, the quorum, the plan, and that it is the first time.
    function _authorizeCall(
        PlanHeader calldata header,
        bytes32[] calldata legHashes,
        Leg calldata leg,
        bytes[] calldata signatures
    ) private view returns (LegId legId) {
        if (block.timestamp > header.callBy) {
            revert CallExpired(header.callBy, uint64(block.timestamp));
        }
        if (leg.spoke != spokeId) revert LegOfOtherSpoke(spokeId, leg.spoke);
        PlanHash planHash = PlanHashing.hashPlan(domainSeparator, header, legHashes);
        operatorSet.verify(header.operatorSetId, PlanHash.unwrap(planHash), signatures);

        bytes32 legHash = PlanHashing.hashLeg(leg);
        uint256 i = 0;
        while (i < legHashes.length && legHashes[i] != legHash) ++i;
        if (i == legHashes.length) revert LegNotInPlan(legHash);
        legId = PlanHashing.legId(planHash, spokeId);
        if (_legs[legId].blockNumber != 0) revert LegAlreadyCalled(legId);
    }

    /// @dev Draws exactly what the leg says from each of its pools.
    function _drawFills(uint32 basket, Leg calldata leg, uint40 legTag)
        private
        returns (CapitalFill[] memory fills, uint256 total)
    {
        BasketTerms storage terms = _existingBasket(basket);
        if (leg.fills.length == 0) revert LegEmpty();
        fills = new CapitalFill[](leg.fills.length);
        for (uint256 i = 0; i < fills.length; ++i) {
            fills[i] = _drawFill(terms, basket, leg.fills[i], legTag);
            if (i != 0 && fills[i].tier <= fills[i - 1].tier) {
                revert TiersNotAscending(fills[i - 1].tier, fills[i].tier);
            }
            total += fills[i].amount;
        }
    }

    /// @dev The leg was called, and is in flight.
    function _takeOff(LegId legId, uint32 basket, uint256 total, uint256 fills) private {
        BasketTerms storage terms = _baskets[basket];
        (uint256 inFlight_, uint256 maxInFlight) = (terms.inFlight + total, terms.maxInFlight);
        if (inFlight_ > maxInFlight) revert InFlightAboveCap(inFlight_, maxInFlight);
        // At most `maxInFlight`, of 96 bits, and at most 64 fills.
        // forge-lint: disable-next-line(unsafe-typecast)
        terms.inFlight = uint96(inFlight_);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit InFlightUpdated(basket, uint128(inFlight_), uint128(maxInFlight));
        _legs[legId] = CalledLeg({
            blockNumber: uint48(block.number),
            calledAtSec: uint40(block.timestamp),
            basket: basket,
            // forge-lint: disable-next-line(unsafe-typecast)
            flown: uint96(total),
            // forge-lint: disable-next-line(unsafe-typecast)
            openFills: uint8(fills)
        });
    }

    function _drawFill(BasketTerms storage terms, uint32 basket, Fill calldata fill, uint40 legTag)
        private
        returns (CapitalFill memory)
    {
        (uint8 tier, uint128 amount) = (fill.tier, fill.amount);
        if (tier >= terms.tierCount) revert TierOutOfLadder(tier, terms.tierCount);
        if (amount == 0) revert AmountZero();
        if (amount % terms.unit != 0) revert AmountNotMultipleOfUnit(amount, terms.unit);
        PoolAccounting.Pool storage pool_ = _poolOf(basket, tier);
        _roll(pool_, terms, basket, tier);
        if (amount > pool_.assets) revert PoolTooSmall(tier, amount, pool_.assets);
        (uint32 gen, uint256 rest) = pool_.draw(amount, legTag);
        if (rest != 0) pool_.creditRest(gen, Decimals.toLocalDown(rest, terms.hubDecimals, terms.localDecimals));
        _emitPool(pool_, basket, tier);
        return CapitalFill(tier, gen, amount);
    }

    function _sendCapital(CapitalDelivered memory message, uint256 total, uint64 callBy, address refundTo)
        private
        returns (bytes32 messageId)
    {
        if (refundTo == address(0)) revert ParameterInvalid("refundTo", 0);
        BasketTerms storage terms = _baskets[message.basket];
        (address token, address port) = (terms.debtToken, terms.port);
        uint256 totalLocal = Decimals.toLocalDown(total, terms.hubDecimals, terms.localDecimals);
        IERC20(token).forceApprove(port, totalLocal);
        messageId = IBridgePort(port).send{value: msg.value}(
            HUB_PEER, token, totalLocal, MessageCodec.encodeCapitalDelivered(message), refundTo
        );
        emit CapitalCalled(message.legId, message.auctionId, messageId, message.basket, message.fills, callBy);
    }

    /// @dev Takes exactly `amountLocal` from the caller; a token that arrives short is refused. What is missing is asked for
    /// only when the transfer has failed.
    function _pull(IERC20 token, uint256 amountLocal) private {
        uint256 before = token.balanceOf(address(this));
        if (!token.trySafeTransferFrom(msg.sender, address(this), amountLocal)) {
            uint256 balance = token.balanceOf(msg.sender);
            if (balance < amountLocal) revert BalanceTooLow(address(token), amountLocal, balance);
            uint256 allowance = token.allowance(msg.sender, address(this));
            if (allowance < amountLocal) revert AllowanceTooLow(address(token), amountLocal, allowance);
            // For another reason of the token's own, which this reverts with.
            token.safeTransferFrom(msg.sender, address(this), amountLocal);
        }
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amountLocal) revert TransferMismatch(address(token), amountLocal, received);
    }
}
