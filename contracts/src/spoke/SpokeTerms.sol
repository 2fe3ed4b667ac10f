// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {StagedPause} from "../access/StagedPause.sol";
import {ISpokeActions, SpokeBasket, SpokeCollateral} from "../interfaces/ILiquiditySpoke.sol";
import {Decimals} from "../libraries/Decimals.sol";
import {PoolAccounting} from "../libraries/PoolAccounting.sol";
import {PoolSchedule} from "../libraries/PoolSchedule.sol";
import {SpokeStorage} from "./SpokeStorage.sol";

/// @title SpokeTerms
/// @notice What a spoke knows of its baskets and of the tokens that come home.
/// @dev All of it but the in-flight limit is fixed once set, and each token has one port for all baskets: no key can lead a debt token through
/// another port afterwards, or have another port say that a token came.
abstract contract SpokeTerms is SpokeStorage, ISpokeActions, StagedPause {
    uint256 private constant MAX_TIERS = 64;

    constructor(address owner) Ownable(owner) {}

    /// @inheritdoc ISpokeActions
    function createBasket(uint32 basket, SpokeBasket calldata params) external onlyOwner {
        if (basket == 0) revert ParameterInvalid("basket", basket);
        if (_baskets[basket].debtToken != address(0)) revert BasketExists(basket);
        _requireAddress("hubDebtToken", params.hubDebtToken);
        _requireToken("debtToken", params.debtToken, params.hubDecimals, params.localDecimals);
        _bindPort(params.debtToken, params.port);
        if (params.tierStepBps == 0) revert ParameterInvalid("tierStepBps", 0);
        if (params.tierCount == 0 || params.tierCount > MAX_TIERS) {
            revert ParameterInvalid("tierCount", params.tierCount);
        }
        uint256 stepHub = Decimals.stepHub(params.hubDecimals, params.localDecimals);
        if (params.unit == 0 || params.unit > PoolAccounting.MAX_ASSETS || params.unit % stepHub != 0) {
            revert ParameterInvalid("unit", params.unit);
        }
        if (params.minBid < params.unit || params.minBid > PoolAccounting.MAX_ASSETS) {
            revert ParameterInvalid("minBid", params.minBid);
        }
        _requireBuckets("activationDelaySec", params.activationDelaySec, params.activationBucketSec);
        _requireBuckets("noticeSec", params.noticeSec, params.exitBucketSec);
        if (params.callTimeoutSec == 0) revert ParameterInvalid("callTimeoutSec", 0);

        _baskets[basket] = BasketTerms({
            debtToken: params.debtToken,
            localDecimals: params.localDecimals,
            hubDecimals: params.hubDecimals,
            tierCount: params.tierCount,
            tierStepBps: params.tierStepBps,
            exitBucketSec: params.exitBucketSec,
            unit: uint96(params.unit),
            minBid: uint96(params.minBid),
            activationDelaySec: params.activationDelaySec,
            activationBucketSec: params.activationBucketSec,
            port: params.port,
            inFlight: 0,
            hubDebtToken: params.hubDebtToken,
            maxInFlight: _capOf(params.maxInFlight),
            noticeSec: params.noticeSec,
            callTimeoutSec: params.callTimeoutSec
        });
        emit BasketCreated(basket, params);
        emit InFlightUpdated(basket, 0, _baskets[basket].maxInFlight);
    }

    /// @inheritdoc ISpokeActions
    function setMaxInFlight(uint32 basket, uint128 maxInFlight) external onlyOwner {
        BasketTerms storage terms = _existingBasket(basket);
        terms.maxInFlight = _capOf(maxInFlight);
        emit InFlightUpdated(basket, terms.inFlight, terms.maxInFlight);
    }

    /// @inheritdoc ISpokeActions
    function setCollateral(address hubToken, SpokeCollateral calldata terms) external onlyOwner {
        _requireAddress("hubToken", hubToken);
        _requireToken("token", terms.token, terms.hubDecimals, terms.localDecimals);
        _bindPort(terms.token, terms.port);
        if (_collaterals[hubToken].token != address(0)) revert CollateralExists(hubToken);

        if (_tokenIds[terms.token] == 0) {
            uint32 id = ++_tokenCount;
            _tokenIds[terms.token] = id;
            _tokens[id] = terms.token;
        }
        _collaterals[hubToken] = terms;
        emit CollateralSet(hubToken, terms);
    }

    /// @dev More than a pool can ever hold is no limit.
    function _capOf(uint128 maxInFlight) private pure returns (uint96) {
        if (maxInFlight == 0) revert ParameterInvalid("maxInFlight", 0);
        // Checked in the same line.
        // forge-lint: disable-next-line(unsafe-typecast)
        return maxInFlight > type(uint96).max ? type(uint96).max : uint96(maxInFlight);
    }

    /// @dev A bucket's number is in the future, and those that wait fit the pool's mask.
    function _requireBuckets(bytes32 name, uint32 delaySec, uint32 bucketSec) private pure {
        bool fits = delaySec != 0 && bucketSec != 0 && delaySec <= uint256(bucketSec) * PoolSchedule.MAX_BUCKETS_AHEAD;
        if (!fits) revert ParameterInvalid(name, delaySec);
    }

    function _bindPort(address token, address port) private {
        _requireContract("port", port);
        address bound = _portOf[token];
        if (bound == address(0)) _portOf[token] = port;
        else if (bound != port) revert PortMismatch(token, bound, port);
    }

    function _requireToken(bytes32 name, address token, uint8 hubDecimals, uint8 localDecimals) private view {
        _requireContract(name, token);
        if (IERC20Metadata(token).decimals() != localDecimals) revert ParameterInvalid("localDecimals", localDecimals);
        if (!Decimals.convertible(hubDecimals, localDecimals)) revert ParameterInvalid("hubDecimals", hubDecimals);
    }

    function _requireContract(bytes32 name, address value) private view {
        if (value.code.length == 0) revert ParameterInvalid(name, uint160(value));
    }

    function _requireAddress(bytes32 name, address value) private pure {
        if (value == address(0)) revert ParameterInvalid(name, 0);
    }
}
