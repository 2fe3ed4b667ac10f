// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Auction, AuctionStatus, BasketParams, IAuctionHub, MarketParams} from "../../interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../../interfaces/ICollateralSource.sol";
import {IPriceOracle} from "../../interfaces/IPriceOracle.sol";
import {Clearing} from "../../libraries/Clearing.sol";
import {AuctionId} from "../../libraries/Types.sol";

/// @title ExampleLender
/// @notice The reference integration of ALA: a lender of one debt token against one collateral token, whose unhealthy
/// positions are auctioned instead of being offered to bots.
///
/// What an integration adds to a lender is the second half of this contract:
///   `liquidate`  locks an unhealthy position and opens an auction for its whole debt;
///   `quote`      says what the position can still take and give: less after a repayment;
///   `exchange`   takes called capital as repayment and gives collateral for it;
///   `abort`      ends the auction early when the position has been cured;
///   `release`    unlocks the position after the auction, whatever it brought, and writes off what no auction can cover.
///
/// Loans bear no interest and the lenders' side is one owner: neither is what this contract is an example of.
contract ExampleLender is ICollateralSource, Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @notice A borrower's loan; amounts in smallest units.
    /// @param auctionId The auction that the position is locked for; zero while it is free.
    struct Position {
        uint128 collateral;
        uint128 debt;
        AuctionId auctionId;
    }

    uint256 private constant BPS = 10_000;
    AuctionId private constant NO_AUCTION = AuctionId.wrap(0);

    IAuctionHub public immutable hub;
    /// @notice The vault through which the hub exchanges.
    address public immutable vault;
    uint32 public immutable marketId;
    IERC20 public immutable collateralToken;
    IERC20 public immutable debtToken;
    IPriceOracle public immutable oracle;
    /// @notice Up to this share of the collateral's value may be borrowed.
    uint16 public immutable maxLtvBps;
    /// @notice Above this share a position is unhealthy.
    uint16 public immutable liquidationLtvBps;
    uint32 public immutable auctionDurationSec;

    /// @notice Debt tokens that the owner has supplied, that were repaid, and that are not lent at the moment.
    uint256 public liquidity;
    mapping(address borrower => Position) private _positions;
    mapping(AuctionId auctionId => address borrower) public borrowerOf;

    event Supplied(uint256 amount);
    event Withdrawn(uint256 amount);
    event CollateralDeposited(address indexed borrower, uint256 amount);
    event CollateralWithdrawn(address indexed borrower, uint256 amount);
    event Borrowed(address indexed borrower, uint256 amount);
    event Repaid(address indexed borrower, address indexed payer, uint256 amount);
    event LiquidationOpened(
        address indexed borrower, AuctionId indexed auctionId, uint256 debtToCover, uint256 maxCollateral
    );
    event Liquidated(address indexed borrower, AuctionId indexed auctionId, uint256 debtIn, uint256 collateralOut);
    event LiquidationAborted(address indexed borrower, AuctionId indexed auctionId);
    event PositionReleased(address indexed borrower, AuctionId indexed auctionId, uint256 debt, uint256 collateral);
    /// @notice What was left of the collateral went to the owner's position, for debt that was written off.
    event CollateralTaken(address indexed borrower, uint256 amount);
    event BadDebt(address indexed borrower, uint256 amount);

    error LtvInvalid(uint256 maxLtvBps, uint256 liquidationLtvBps);
    error DurationZero();
    error AmountZero();
    error LiquidityTooLow(uint256 requested, uint256 liquidity);
    error CollateralTooLow(uint256 requested, uint256 collateral);
    error LtvTooHigh(uint256 debt, uint256 allowed);
    error PositionLocked(address borrower, AuctionId auctionId);
    error PositionNotLocked(address borrower);
    error PositionHealthy(address borrower, uint256 debt, uint256 allowed);
    error PositionUnhealthy(address borrower, uint256 debt, uint256 allowed);
    /// @dev No plan could cover as much as a leg needs.
    error NothingToAuction(address borrower, uint256 coverable, uint256 least);
    error PriceZero();
    error AuctionUnfinished(AuctionId auctionId, uint64 deadline);
    error CallerNotVault(address caller);
    error AuctionOfNoPosition(AuctionId auctionId);
    error DebtExceedsPosition(uint256 debtIn, uint256 debt);
    error CollateralExceedsPosition(uint256 collateralOut, uint256 collateral);
    error TransferMismatch(address token, uint256 expected, uint256 received);

    /// @param owner_ Supplies the debt tokens that are lent.
    /// @param hub_ The `AuctionHub`.
    /// @param marketId_ The market whose source this contract is; it may be created after this contract.
    /// @param oracle_ Values positions here; the market should have the same one.
    /// @param maxLtvBps_ Below `liquidationLtvBps_`, which is below 10000.
    /// @param auctionDurationSec_ At most the market's longest duration.
    constructor(
        address owner_,
        address hub_,
        uint32 marketId_,
        address collateralToken_,
        address debtToken_,
        address oracle_,
        uint16 maxLtvBps_,
        uint16 liquidationLtvBps_,
        uint32 auctionDurationSec_
    ) Ownable(owner_) {
        if (maxLtvBps_ == 0 || maxLtvBps_ >= liquidationLtvBps_ || liquidationLtvBps_ >= BPS) {
            revert LtvInvalid(maxLtvBps_, liquidationLtvBps_);
        }
        if (auctionDurationSec_ == 0) revert DurationZero();
        hub = IAuctionHub(hub_);
        vault = hub.vault();
        marketId = marketId_;
        collateralToken = IERC20(collateralToken_);
        debtToken = IERC20(debtToken_);
        oracle = IPriceOracle(oracle_);
        maxLtvBps = maxLtvBps_;
        liquidationLtvBps = liquidationLtvBps_;
        auctionDurationSec = auctionDurationSec_;
    }

    // ------------------------------------------------------------------------------------------------ lending

    /// @notice Adds debt tokens to what can be lent. Owner only.
    function supply(uint256 amount) external onlyOwner nonReentrant {
        liquidity += amount;
        emit Supplied(amount);
        _pull(debtToken, amount);
    }

    /// @notice Takes out debt tokens that are not lent. Owner only.
    function withdraw(uint256 amount) external onlyOwner nonReentrant {
        _takeLiquidity(amount);
        emit Withdrawn(amount);
        debtToken.safeTransfer(msg.sender, amount);
    }

    /// @notice Adds to the caller's collateral, smallest units. Also while the position is auctioned: it may cure it.
    function depositCollateral(uint128 amount) external nonReentrant {
        if (amount == 0) revert AmountZero();
        _positions[msg.sender].collateral += amount;
        emit CollateralDeposited(msg.sender, amount);
        _pull(collateralToken, amount);
    }

    /// @notice Takes collateral out of a position that is free and stays below the maximum LTV.
    function withdrawCollateral(uint128 amount) external nonReentrant {
        if (amount == 0) revert AmountZero();
        Position storage position = _free(msg.sender);
        if (amount > position.collateral) revert CollateralTooLow(amount, position.collateral);
        position.collateral -= amount;
        _requireBelowMaxLtv(position);
        emit CollateralWithdrawn(msg.sender, amount);
        collateralToken.safeTransfer(msg.sender, amount);
    }

    /// @notice Lends `amount` of the debt token to the caller, whose position must stay below the maximum LTV.
    function borrow(uint128 amount) external nonReentrant {
        if (amount == 0) revert AmountZero();
        Position storage position = _free(msg.sender);
        position.debt += amount;
        _requireBelowMaxLtv(position);
        _takeLiquidity(amount);
        emit Borrowed(msg.sender, amount);
        debtToken.safeTransfer(msg.sender, amount);
    }

    /// @notice Pays back up to `amount` of `borrower`'s debt from the caller's tokens. Anyone, also during an auction,
    /// which from then on takes less.
    /// @return repaid `min(amount, debt)`.
    function repay(address borrower, uint128 amount) external nonReentrant returns (uint128 repaid) {
        Position storage position = _positions[borrower];
        repaid = amount < position.debt ? amount : position.debt;
        if (repaid == 0) revert AmountZero();
        position.debt -= repaid;
        liquidity += repaid;
        emit Repaid(borrower, msg.sender, repaid);
        _pull(debtToken, repaid);
    }

    // -------------------------------------------------------------------------------------------- liquidation

    /// @notice Locks an unhealthy position and opens an auction of all its collateral for its debt. Anyone.
    /// @dev The debt is floored to the basket's unit; what is below one unit stays as debt. Reverts with `NothingToAuction`
    /// where no leg would be worth its message, of the debt or of the collateral: such an auction could be opened again and
    /// again, and never served.
    function liquidate(address borrower) external nonReentrant returns (AuctionId auctionId) {
        Position storage position = _free(borrower);
        uint256 healthyDebt = _debtAt(position.collateral, liquidationLtvBps);
        if (position.debt <= healthyDebt) revert PositionHealthy(borrower, position.debt, healthyDebt);
        (uint256 coverable, uint256 least) = _coverable(position);
        if (coverable < least) revert NothingToAuction(borrower, coverable, least);

        uint128 unit = hub.basketParams(hub.market(marketId).basket).unit;
        uint128 debtToCover = position.debt - position.debt % unit;
        uint64 deadline = (block.timestamp + auctionDurationSec).toUint64();
        auctionId =
            hub.openAuction(marketId, debtToCover, position.collateral, deadline, bytes32(uint256(uint160(borrower))));

        position.auctionId = auctionId;
        borrowerOf[auctionId] = borrower;
        emit LiquidationOpened(borrower, auctionId, debtToCover, position.collateral);
    }

    /// @inheritdoc ICollateralSource
    function quote(AuctionId auctionId) external view returns (uint256 debtTakeable, uint256 collateralAvailable) {
        Position storage position = _positions[borrowerOf[auctionId]];
        if (auctionId == NO_AUCTION || position.auctionId != auctionId) return (0, 0);
        return (position.debt, position.collateral);
    }

    /// @inheritdoc ICollateralSource
    function exchange(AuctionId auctionId, uint256 debtIn, uint256 collateralOut) external nonReentrant {
        if (msg.sender != vault) revert CallerNotVault(msg.sender);
        address borrower = borrowerOf[auctionId];
        Position storage position = _positions[borrower];
        if (borrower == address(0) || position.auctionId != auctionId) revert AuctionOfNoPosition(auctionId);
        if (debtIn > position.debt) revert DebtExceedsPosition(debtIn, position.debt);
        if (collateralOut > position.collateral) revert CollateralExceedsPosition(collateralOut, position.collateral);

        position.debt -= debtIn.toUint128();
        position.collateral -= collateralOut.toUint128();
        liquidity += debtIn;
        emit Liquidated(borrower, auctionId, debtIn, collateralOut);

        _pull(debtToken, debtIn);
        collateralToken.safeTransfer(msg.sender, collateralOut);
    }

    /// @notice Closes the auction of a position that is back below the maximum LTV and unlocks it. Anyone. What is under
    /// way from other chains goes home as refunds.
    /// @dev The floor for an early release lies below the liquidation threshold, so that neither a flicker of the price
    /// nor the first leg that arrives undoes the auction for the others.
    function abort(address borrower) external nonReentrant {
        Position storage position = _locked(borrower);
        AuctionId auctionId = position.auctionId;
        uint256 allowed = _debtAt(position.collateral, maxLtvBps);
        if (position.debt > allowed) revert PositionUnhealthy(borrower, position.debt, allowed);

        position.auctionId = NO_AUCTION;
        emit LiquidationAborted(borrower, auctionId);
        if (hub.auction(auctionId).status == AuctionStatus.Open) hub.closeAuction(auctionId);
    }

    /// @notice Unlocks a position whose auction is covered, closed or past its deadline, and closes it if it is open.
    /// Anyone. The collateral left is the borrower's, unless the debt is worth more and no auction could cover any of it:
    /// then both end here, the debt as bad debt, the collateral with the owner. Dust almost always remains, since legs take
    /// whole steps of their routes only.
    /// @dev A position that is still unhealthy can be auctioned again at once. While there is debt and collateral this needs a
    /// price, and reverts without: no debt is written off, and no collateral taken, because an oracle is silent.
    function release(address borrower) external nonReentrant {
        Position storage position = _locked(borrower);
        AuctionId auctionId = position.auctionId;
        Auction memory auction = hub.auction(auctionId);
        bool open = auction.status == AuctionStatus.Open;
        if (open && auction.debtCovered < auction.debtToCover && block.timestamp <= auction.deadline) {
            revert AuctionUnfinished(auctionId, auction.deadline);
        }

        position.auctionId = NO_AUCTION;
        emit PositionReleased(borrower, auctionId, position.debt, position.collateral);
        if (position.debt != 0) _writeOffIfHopeless(borrower, position);
        if (open) hub.closeAuction(auctionId);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @notice A borrower's loan.
    function positionOf(address borrower) external view returns (Position memory) {
        return _positions[borrower];
    }

    /// @notice Whether `liquidate` would take the position. Reverts if the oracle does.
    function isLiquidatable(address borrower) external view returns (bool) {
        Position storage position = _positions[borrower];
        if (position.auctionId != NO_AUCTION) return false;
        if (position.debt <= _debtAt(position.collateral, liquidationLtvBps)) return false;
        (uint256 coverable, uint256 least) = _coverable(position);
        return coverable >= least;
    }

    // ----------------------------------------------------------------------------------------------- internal

    /// @dev `floor(floor(collateral * price / 1e36) * ltvBps / 10000)`, smallest debt units.
    function _debtAt(uint256 collateral, uint256 ltvBps) private view returns (uint256) {
        return Math.mulDiv(Math.mulDiv(collateral, _priceE36(), 1e36), ltvBps, BPS);
    }

    /// @dev Zero is no price for the hub either.
    function _priceE36() private view returns (uint256 priceE36) {
        priceE36 = oracle.priceE36();
        if (priceE36 == 0) revert PriceZero();
    }

    /// @dev What a plan could cover at most, at the cheapest tier and by clearing's own formula, and the least that one does.
    function _coverable(Position storage position) private view returns (uint256 coverable, uint256 least) {
        MarketParams memory market = hub.market(marketId);
        BasketParams memory basket = hub.basketParams(market.basket);
        coverable = Clearing.demandDown(
            position.debt, position.collateral, _priceE36(), basket.tierStepBps, market.operatorFeeBps, basket.unit
        );
        least = Math.max(basket.unit, market.minLeg);
    }

    /// @dev Not the borrower's gain: what is left of the collateral is taken, and only where the debt is worth more. So nobody
    /// gets rid of a debt by letting the price, or a deposit of dust, decide.
    function _writeOffIfHopeless(address borrower, Position storage position) private {
        uint128 collateral = position.collateral;
        if (collateral != 0) {
            (uint256 coverable, uint256 least) = _coverable(position);
            if (coverable >= least || position.debt <= _debtAt(collateral, BPS)) return;
            position.collateral = 0;
            _positions[owner()].collateral += collateral;
            emit CollateralTaken(borrower, collateral);
        }
        emit BadDebt(borrower, position.debt);
        position.debt = 0;
    }

    function _requireBelowMaxLtv(Position storage position) private view {
        // A position without debt needs no price: collateral can always leave.
        if (position.debt == 0) return;
        uint256 allowed = _debtAt(position.collateral, maxLtvBps);
        if (position.debt > allowed) revert LtvTooHigh(position.debt, allowed);
    }

    function _free(address borrower) private view returns (Position storage position) {
        position = _positions[borrower];
        if (position.auctionId != NO_AUCTION) revert PositionLocked(borrower, position.auctionId);
    }

    function _locked(address borrower) private view returns (Position storage position) {
        position = _positions[borrower];
        if (position.auctionId == NO_AUCTION) revert PositionNotLocked(borrower);
    }

    function _takeLiquidity(uint256 amount) private {
        if (amount > liquidity) revert LiquidityTooLow(amount, liquidity);
        liquidity -= amount;
    }

    function _pull(IERC20 token, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert TransferMismatch(address(token), amount, received);
    }
}
