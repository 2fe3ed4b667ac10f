// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {OFT} from "@layerzerolabs/oft-evm/contracts/OFT.sol";

/// @title DevnetOFT18
/// @notice LayerZero's OFT as it is: the representation on a spoke chain of a hub token with 18 decimals.
contract DevnetOFT18 is OFT {
    constructor(string memory name_, string memory symbol_, address endpoint_, address owner_)
        OFT(name_, symbol_, endpoint_, owner_)
        Ownable(owner_)
    {}
}

/// @title DevnetOFT6
/// @notice The same for a hub token with 6 decimals.
/// @dev The decimals are a constant and no constructor argument: OFT's constructor asks for them before this one has run.
contract DevnetOFT6 is OFT {
    constructor(string memory name_, string memory symbol_, address endpoint_, address owner_)
        OFT(name_, symbol_, endpoint_, owner_)
        Ownable(owner_)
    {}

    /// @notice 6, equal to OFT's shared decimals: nothing is ever dust.
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
