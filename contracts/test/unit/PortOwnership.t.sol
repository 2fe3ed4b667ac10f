// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Test} from "forge-std/Test.sol";
import {BridgePort} from "../../src/ports/BridgePort.sol";
import {LayerZeroPort} from "../../src/ports/LayerZeroPort.sol";
import {LocalPort} from "../../src/ports/LocalPort.sol";
import {IWormholeCore} from "../../src/ports/external/IWormholeCore.sol";
import {IWormholeTokenBridge} from "../../src/ports/external/IWormholeTokenBridge.sol";
import {WormholePort} from "../../src/ports/WormholePort.sol";
import {HubDouble} from "../fixtures/HubDouble.sol";

/// @notice Ports change owners in two steps, and need none once they are set up.
contract PortOwnershipTest is Test {
    address private _heir = makeAddr("heir");
    address private _stranger = makeAddr("stranger");
    HubDouble private _hub;
    BridgePort[3] private _ports;

    function setUp() public {
        _hub = new HubDouble();
        address bridge = address(new HubDouble());
        vm.mockCall(bridge, abi.encodeCall(IWormholeTokenBridge.wormhole, ()), abi.encode(bridge));
        vm.mockCall(bridge, abi.encodeCall(IWormholeCore.chainId, ()), abi.encode(uint16(2)));
        _ports[0] = new LocalPort(address(this));
        _ports[1] = new LayerZeroPort(address(this), bridge);
        _ports[2] = new WormholePort(address(this), bridge, bridge);
    }

    function fixtureIndex() public pure returns (uint256[] memory indices) {
        indices = new uint256[](3);
        (indices[1], indices[2]) = (1, 2);
    }

    function table_OwnershipPassesWhenTheHeirTakesIt(uint256 index) public {
        BridgePort port = _ports[index];
        port.transferOwnership(_heir);
        assertEq(port.owner(), address(this), "not yet");
        _expectUnauthorized(_heir);
        port.setReceiver(address(_hub));
        _expectUnauthorized(_stranger);
        port.acceptOwnership();
        vm.prank(_heir);
        port.acceptOwnership();
        assertEq(port.owner(), _heir);
        _expectUnauthorized(address(this));
        port.setReceiver(address(_hub));
        vm.prank(_heir);
        port.setReceiver(address(_hub));
        assertEq(port.receiver(), address(_hub));
    }

    function table_RevertIf_StrangerMovesOwnership(uint256 index) public {
        BridgePort port = _ports[index];
        _expectUnauthorized(_stranger);
        port.transferOwnership(_stranger);
        _expectUnauthorized(_stranger);
        port.renounceOwnership();
    }

    /// @dev Given up too early, a port stays what it is: one that refuses everything, so that nothing is in it.
    function table_RenouncedBeforeItIsSetUp_NobodySetsItUp(uint256 index) public {
        BridgePort port = _ports[index];
        port.renounceOwnership();
        assertEq(port.owner(), address(0));
        _expectUnauthorized(address(this));
        port.setReceiver(address(_hub));
        vm.expectRevert();
        _hub.send(port, 0, address(_hub), 1, "payload");
    }

    function _expectUnauthorized(address caller) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
    }
}
