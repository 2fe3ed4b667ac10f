// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {AuctionStatus, IAuctionHub, MarketParams} from "../../interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../../interfaces/ICollateralSource.sol";
import {AuctionId} from "../../libraries/Types.sol";

/// @title EscrowSource
/// @notice A source for anybody: a seller escrows collateral, auctions it in its own name, pulls the debt tokens that
/// come in and takes back what was not sold.
/// @dev The market must name this contract as its source; it may be created after this contract.
contract EscrowSource is ICollateralSource, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice One seller's auction; amounts in smallest units.
    /// @param debtLeft Debt tokens still wanted.
    /// @param collateralLeft Collateral still escrowed.
    /// @param proceeds Debt tokens that came in and were not withdrawn yet.
    struct Escrow {
        address seller;
        IERC20 collateralToken;
        IERC20 debtToken;
        uint128 debtLeft;
        uint128 collateralLeft;
        uint128 proceeds;
    }

    IAuctionHub public immutable hub;
    /// @notice The vault through which the hub exchanges.
    address public immutable vault;
    uint32 public immutable marketId;

    mapping(AuctionId auctionId => Escrow) private _escrows;

    event EscrowOpened(AuctionId indexed auctionId, address indexed seller, uint128 debtToCover, uint128 maxCollateral);
    event Exchanged(AuctionId indexed auctionId, uint256 debtIn, uint256 collateralOut);
    event ProceedsWithdrawn(AuctionId indexed auctionId, address indexed seller, uint256 amount);
    event CollateralReclaimed(AuctionId indexed auctionId, address indexed seller, uint256 amount);

    error EscrowUnknown(AuctionId auctionId);
    error CallerNotSeller(address caller, address seller);
    error CallerNotVault(address caller);
    error CollateralShort(uint256 expected, uint256 received);
    error DebtExceedsEscrow(uint256 debtIn, uint256 debtLeft);
    error CollateralExceedsEscrow(uint256 collateralOut, uint256 collateralLeft);
    error AuctionStillOpen(AuctionId auctionId);
    error AuctionHasPlans(AuctionId auctionId, uint32 rounds);
    error NothingToPay(AuctionId auctionId);

    constructor(address hub_, uint32 marketId_) {
        hub = IAuctionHub(hub_);
        vault = hub.vault();
        marketId = marketId_;
    }

    /// @notice Escrows `maxCollateral` of the caller's collateral tokens and auctions them for `debtToCover`.
    /// @param debtToCover Smallest debt units, a multiple of the basket's unit.
    /// @param maxCollateral Smallest collateral units; the caller has allowed this contract to pull them.
    /// @param deadline Seconds; from then on anyone may close the auction.
    /// @param ref Anything the seller wants to find again in the hub's event.
    function open(uint128 debtToCover, uint128 maxCollateral, uint64 deadline, bytes32 ref)
        external
        nonReentrant
        returns (AuctionId auctionId)
    {
        MarketParams memory market = hub.market(marketId);
        IERC20 collateralToken = IERC20(market.collateralToken);

        auctionId = hub.openAuction(marketId, debtToCover, maxCollateral, deadline, ref);
        _escrows[auctionId] = Escrow({
            seller: msg.sender,
            collateralToken: collateralToken,
            debtToken: IERC20(hub.basketParams(market.basket).debtToken),
            debtLeft: debtToCover,
            collateralLeft: maxCollateral,
            proceeds: 0
        });
        emit EscrowOpened(auctionId, msg.sender, debtToCover, maxCollateral);

        uint256 before = collateralToken.balanceOf(address(this));
        collateralToken.safeTransferFrom(msg.sender, address(this), maxCollateral);
        uint256 received = collateralToken.balanceOf(address(this)) - before;
        if (received != maxCollateral) revert CollateralShort(maxCollateral, received);
    }

    /// @inheritdoc ICollateralSource
    function quote(AuctionId auctionId) external view returns (uint256 debtTakeable, uint256 collateralAvailable) {
        Escrow storage escrow = _escrows[auctionId];
        return (escrow.debtLeft, escrow.collateralLeft);
    }

    /// @inheritdoc ICollateralSource
    function exchange(AuctionId auctionId, uint256 debtIn, uint256 collateralOut) external nonReentrant {
        if (msg.sender != vault) revert CallerNotVault(msg.sender);
        Escrow storage escrow = _known(auctionId);
        if (debtIn > escrow.debtLeft) revert DebtExceedsEscrow(debtIn, escrow.debtLeft);
        if (collateralOut > escrow.collateralLeft) {
            revert CollateralExceedsEscrow(collateralOut, escrow.collateralLeft);
        }
        // Both are bounded by fields of 128 bits.
        // forge-lint: disable-start(unsafe-typecast)
        escrow.debtLeft -= uint128(debtIn);
        escrow.proceeds += uint128(debtIn);
        escrow.collateralLeft -= uint128(collateralOut);
        // forge-lint: disable-end(unsafe-typecast)
        emit Exchanged(auctionId, debtIn, collateralOut);

        escrow.debtToken.safeTransferFrom(msg.sender, address(this), debtIn);
        escrow.collateralToken.safeTransfer(msg.sender, collateralOut);
    }

    /// @notice Closes an auction that no plan has been committed for. Seller only; with plans under way it ends when
    /// covered or past its deadline, or a seller could call capital from other chains for nothing.
    function close(AuctionId auctionId) external {
        Escrow storage escrow = _known(auctionId);
        if (msg.sender != escrow.seller) revert CallerNotSeller(msg.sender, escrow.seller);
        uint32 rounds = hub.auction(auctionId).rounds;
        if (rounds != 0) revert AuctionHasPlans(auctionId, rounds);
        hub.closeAuction(auctionId);
    }

    /// @notice Pays the debt tokens that came in so far to the seller. Anyone.
    function withdrawProceeds(AuctionId auctionId) external nonReentrant returns (uint256 amount) {
        Escrow storage escrow = _known(auctionId);
        amount = escrow.proceeds;
        if (amount == 0) revert NothingToPay(auctionId);
        escrow.proceeds = 0;
        emit ProceedsWithdrawn(auctionId, escrow.seller, amount);
        escrow.debtToken.safeTransfer(escrow.seller, amount);
    }

    /// @notice Returns the unsold collateral to the seller, once the hub has closed the auction. Anyone.
    function reclaim(AuctionId auctionId) external nonReentrant returns (uint256 amount) {
        Escrow storage escrow = _known(auctionId);
        if (hub.auction(auctionId).status != AuctionStatus.Closed) revert AuctionStillOpen(auctionId);
        amount = escrow.collateralLeft;
        if (amount == 0) revert NothingToPay(auctionId);
        escrow.collateralLeft = 0;
        escrow.debtLeft = 0;
        emit CollateralReclaimed(auctionId, escrow.seller, amount);
        escrow.collateralToken.safeTransfer(escrow.seller, amount);
    }

    /// @notice The state of an auction's escrow.
    function escrowOf(AuctionId auctionId) external view returns (Escrow memory) {
        return _escrows[auctionId];
    }

    function _known(AuctionId auctionId) private view returns (Escrow storage escrow) {
        escrow = _escrows[auctionId];
        if (escrow.seller == address(0)) revert EscrowUnknown(auctionId);
    }
}
