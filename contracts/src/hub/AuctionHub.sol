// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Auction,
    AuctionStatus,
    ClearingState,
    IAuctionHub,
    LegRecord,
    LegStatus,
    MarketParams
} from "../interfaces/IAuctionHub.sol";
import {IPortReceiver} from "../interfaces/IBridgePort.sol";
import {EngineCall} from "../libraries/EngineCall.sol";
import {MessageCodec} from "../libraries/MessageCodec.sol";
import {AuctionId, LegId, Plan, PlanHash, Snapshot} from "../libraries/Types.sol";
import {ExchangeVault} from "./ExchangeVault.sol";
import {HubParameters} from "./HubParameters.sol";
import {ReceiptDispatch} from "./ReceiptDispatch.sol";
import {Settlement} from "./Settlement.sol";

/// @title AuctionHub
/// @notice The hub of the Asynchronous Liquidation Auction. An auction's way through it:
///   `openAuction`       a market's source asks for debt to be covered;
///   `commitPlan`        a clearing signed by the operators reserves debt and collateral for its legs (PlanChain);
///   `onPortDelivery`    the legs' capital arrives over the bridges;
///   `settle`            arrived legs are exchanged with the source, cheapest tier first (Settling, Settlement);
///   `releaseLegs`, `expireLegs`, `closeAuction`   whatever could not be used is let go (LettingGo);
///   `dispatchReceipts`  collateral and refunds go home (ReceiptDispatch, Receipts).
/// State is in HubStorage, what the owner sets in HubParameters, a leg's states in LegBook; committing, settling and
/// letting go run in HubEngine, on this contract's state.
/// @dev One transient lock covers everything that moves or counts tokens, deliveries of the ports included: a source
/// cannot let a bridge arrival count as its payment.
contract AuctionHub is HubParameters, ReceiptDispatch, IPortReceiver {
    /// @inheritdoc IAuctionHub
    address public immutable vault;
    /// @notice The `HubEngine`, whose code runs on this contract's state.
    address public immutable engine;

    /// @param owner_ Configures baskets, markets and routes.
    /// @param operatorSet_ The `OperatorSet` of the hub chain.
    /// @param engine_ A `HubEngine`. Warning: its code can do anything to this contract's state; who checks a deployment compares
    /// it with what was built.
    constructor(address owner_, address operatorSet_, address engine_)
        HubParameters(owner_)
        ReceiptDispatch(operatorSet_)
    {
        _require(engine_.code.length != 0, "engine", uint160(engine_));
        engine = engine_;
        vault = address(new ExchangeVault());
    }

    // ------------------------------------------------------------------------------------------------ opening

    /// @inheritdoc IAuctionHub
    /// @dev The id binds chain, hub, number and terms. Reverts with `MarketUnknown`, `CallerNotSource`, `AmountZero`,
    /// `AmountNotMultipleOfUnit` or `DeadlineOutOfRange`.
    function openAuction(uint32 marketId, uint128 debtToCover, uint128 maxCollateral, uint64 deadline, bytes32 ref)
        external
        returns (AuctionId auctionId)
    {
        _requireNotPaused(STOPS_AUCTIONS);
        MarketParams memory terms = _markets[marketId];
        if (terms.source == address(0)) revert MarketUnknown(marketId);
        if (msg.sender != terms.source) revert CallerNotSource(msg.sender, terms.source);
        if (debtToCover == 0 || maxCollateral == 0) revert AmountZero();
        uint128 unit = _baskets[terms.basket].unit;
        if (debtToCover % unit != 0) revert AmountNotMultipleOfUnit(debtToCover, unit);
        uint64 latest = uint64(block.timestamp + terms.maxDurationSec);
        if (deadline <= block.timestamp || deadline > latest) {
            revert DeadlineOutOfRange(deadline, uint64(block.timestamp + 1), latest);
        }

        uint40 number = ++_auctionCount;
        auctionId = AuctionId.wrap(
            keccak256(
                abi.encode(block.chainid, address(this), number, marketId, debtToCover, maxCollateral, deadline, ref)
            )
        );
        _auctionIds[number] = auctionId;
        Auction storage auction_ = _auctions[auctionId];
        auction_.status = AuctionStatus.Open;
        auction_.marketId = marketId;
        auction_.openedBlock = uint64(block.number);
        auction_.deadline = deadline;
        auction_.number = number;
        auction_.debtToCover = debtToCover;
        auction_.maxCollateral = maxCollateral;
        auction_.terms = terms;
        emit AuctionOpened(auctionId, marketId, terms.basket, debtToCover, maxCollateral, deadline, ref);
    }

    // ------------------------------------------------------------------------------------------------ arrival

    /// @inheritdoc IPortReceiver
    /// @dev Records whatever well-formed leg comes through the debt token's own port, known or not: two slots and an event,
    /// and no call to anybody. Of a leg whose plan is known, only its own spoke's message is taken: another's in its place
    /// would keep the capital itself out for good. Reverts with `CallerNotPort`, `LegAlreadyArrived`, `LegOfOtherSpoke` or
    /// the codec's errors.
    function onPortDelivery(uint32 peer, address token, uint256 amountLocal, bytes32 messageId, bytes calldata payload)
        external
        nonReentrant
    {
        (LegId legId, AuctionId auctionId, uint32 basket) = MessageCodec.capitalHeader(payload);
        bool known = token == _baskets[basket].debtToken && msg.sender == _routes[peer][token].port;
        if (!known) revert CallerNotPort(msg.sender, peer, token);
        LegState storage leg = _legs[legId];
        if (leg.arrival.arrivedAt != 0) revert LegAlreadyArrived(legId);
        uint32 planned = leg.commitment.spoke;
        if (planned != 0 && planned != peer) revert LegOfOtherSpoke(planned, peer);

        uint128 credited = uint128(_min(amountLocal, type(uint128).max));
        leg.arrival = Arrival({credited: credited, spoke: peer, arrivedAt: uint40(block.timestamp), endedAt: 0, due: 0});
        leg.recordHash = _recordHash(keccak256(payload), NO_RESULTS_HASH);
        emit LegArrived(legId, auctionId, peer, messageId, credited, payload);
    }

    // ------------------------------------------------------------------------------------- the engine's steps

    /// @inheritdoc IAuctionHub
    /// @dev See PlanChain.
    function commitPlan(Plan calldata, Snapshot calldata, bytes[] calldata) external {
        _requireNotPaused(STOPS_CALLS);
        EngineCall.run(engine);
    }

    /// @inheritdoc IAuctionHub
    /// @dev See Settling and Settlement.
    function settle(AuctionId, LegRecord[] calldata) external {
        EngineCall.run(engine);
    }

    /// @inheritdoc IAuctionHub
    /// @dev See LettingGo.
    function releaseLegs(LegRecord[] calldata) external {
        EngineCall.run(engine);
    }

    /// @inheritdoc IAuctionHub
    /// @dev See LettingGo.
    function expireLegs(LegId[] calldata) external {
        EngineCall.run(engine);
    }

    /// @inheritdoc IAuctionHub
    /// @dev See LettingGo.
    function closeAuction(AuctionId) external {
        EngineCall.run(engine);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IAuctionHub
    function headOf(uint32 basket) external view returns (PlanHash) {
        return _heads[basket];
    }

    /// @inheritdoc IAuctionHub
    function auction(AuctionId auctionId) external view returns (Auction memory) {
        return _auctions[auctionId];
    }

    /// @inheritdoc IAuctionHub
    function unresolvedLegs(AuctionId auctionId) external view returns (LegId[] memory legIds) {
        if (_auctions[auctionId].status == AuctionStatus.Open) legIds = _unresolved[auctionId];
    }

    /// @inheritdoc IAuctionHub
    function legStatus(LegId legId) external view returns (LegStatus memory status) {
        LegState storage leg = _legs[legId];
        Arrival memory arrival = leg.arrival;
        Commitment memory commitment = leg.commitment;
        status.committed = commitment.auctionNumber != 0 && !commitment.lapsed;
        status.lapsed = commitment.lapsed;
        status.arrived = arrival.arrivedAt != 0;
        status.expired = commitment.expired;
        status.ended = arrival.endedAt != 0;
        status.collateralDue = arrival.due & DUE_COLLATERAL != 0;
        status.refundDue = arrival.due & DUE_REFUND != 0;
        status.spoke = status.arrived ? arrival.spoke : commitment.spoke;
        status.lowestTier = commitment.lowestTier;
        status.arrivedAt = arrival.arrivedAt;
        status.endedAt = arrival.endedAt;
        if (_isUnresolved(commitment)) {
            status.reservedDebt = leg.reservedDebt;
            status.reservedCollateral = leg.reservedCollateral;
        }
        status.credited = arrival.credited;
        status.recordHash = leg.recordHash;
    }

    /// @inheritdoc IAuctionHub
    /// @dev An auction that is closed, covered or past its deadline is not `open`; source and oracle are then not asked, and
    /// what is left is zero.
    function clearingState(AuctionId auctionId) external view returns (ClearingState memory state) {
        Auction storage auction_ = _auctions[auctionId];
        if (auction_.status == AuctionStatus.None) revert AuctionUnknown(auctionId);
        MarketParams storage terms = auction_.terms;
        state.marketId = auction_.marketId;
        state.basket = terms.basket;
        state.round = auction_.rounds;
        state.openedBlock = auction_.openedBlock;
        state.deadline = auction_.deadline;
        state.head = _heads[terms.basket];
        state.operatorFeeBps = terms.operatorFeeBps;
        state.maxPremiumBps = terms.maxPremiumBps;
        state.unit = _baskets[terms.basket].unit;
        state.minLeg = terms.minLeg;
        state.open = auction_.status == AuctionStatus.Open && auction_.debtCovered < auction_.debtToCover
            && block.timestamp <= auction_.deadline;
        if (!state.open) return state;
        Settlement.Terms memory now_ = _terms(auctionId, auction_);
        state.debtLeft = _minus(now_.debtRoom, auction_.reservedDebt);
        state.collateralLeft = _minus(now_.collateralRoom, auction_.reservedCollateral);
        state.inFlightLeft = _inFlightLeft(auction_);
        state.priceE36 = now_.priceE36;
    }
}
