// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IAuctionHub} from "../../src/interfaces/IAuctionHub.sol";
import {ICollateralSource} from "../../src/interfaces/ICollateralSource.sol";
import {AuctionId} from "../../src/libraries/Types.sol";

/// @notice A source that is honest until a test sets one of its faults.
contract FaultySource is ICollateralSource {
    using SafeERC20 for IERC20;

    enum Fault {
        None,
        TakesLessDebt,
        TakesMoreDebt,
        GivesLessCollateral,
        GivesMoreCollateral,
        GivesNothing,
        QuoteReverts,
        ExchangeReverts,
        CallsBack,
        BurnsGas
    }

    IAuctionHub public immutable hub;
    IERC20 public immutable debtToken;
    IERC20 public immutable collateralToken;

    Fault public fault;
    uint256 public debtTakeable = type(uint256).max;
    uint256 public collateralAvailable = type(uint256).max;
    uint256 public exchanges;

    address private _target;
    bytes private _call;

    error Refused();

    constructor(IAuctionHub hub_, IERC20 debtToken_, IERC20 collateralToken_) {
        hub = hub_;
        debtToken = debtToken_;
        collateralToken = collateralToken_;
    }

    function open(uint32 marketId, uint128 debtToCover, uint128 maxCollateral, uint64 deadline)
        external
        returns (AuctionId)
    {
        return hub.openAuction(marketId, debtToCover, maxCollateral, deadline, "ref");
    }

    function close(AuctionId auctionId) external {
        hub.closeAuction(auctionId);
    }

    function setFault(Fault fault_) external {
        fault = fault_;
    }

    function setQuote(uint256 debtTakeable_, uint256 collateralAvailable_) external {
        (debtTakeable, collateralAvailable) = (debtTakeable_, collateralAvailable_);
    }

    /// @notice During the exchange `target` is called with `data`; its failure is the exchange's.
    function setCallback(address target, bytes calldata data) external {
        (fault, _target, _call) = (Fault.CallsBack, target, data);
    }

    function quote(AuctionId) external view returns (uint256, uint256) {
        if (fault == Fault.QuoteReverts) revert Refused();
        if (fault == Fault.BurnsGas) _burnGas();
        return (debtTakeable, collateralAvailable);
    }

    function exchange(AuctionId, uint256 debtIn, uint256 collateralOut) external {
        ++exchanges;
        if (fault == Fault.ExchangeReverts) revert Refused();
        if (fault == Fault.CallsBack) {
            (bool done, bytes memory answer) = _target.call(_call);
            if (!done) {
                assembly {
                    revert(add(answer, 32), mload(answer))
                }
            }
        }
        if (fault == Fault.TakesLessDebt) --debtIn;
        if (fault == Fault.TakesMoreDebt) ++debtIn;
        if (fault == Fault.GivesLessCollateral) --collateralOut;
        if (fault == Fault.GivesMoreCollateral) ++collateralOut;
        if (fault == Fault.GivesNothing) collateralOut = 0;
        debtToken.safeTransferFrom(msg.sender, address(this), debtIn);
        collateralToken.safeTransfer(msg.sender, collateralOut);
    }

    /// @dev Uses up all that it was given.
    function _burnGas() private pure {
        assembly {
            invalid()
        }
    }
}
