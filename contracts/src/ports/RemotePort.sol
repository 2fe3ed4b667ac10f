// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BridgePort} from "./BridgePort.sol";

/// @title RemotePort
/// @notice A port whose peers are ports on other chains.
abstract contract RemotePort is BridgePort {
    /// @notice The port that stands for a peer, and its chain as the bridge numbers chains.
    struct Peer {
        uint32 chain;
        bytes32 port;
    }

    mapping(uint32 peer => Peer) private _peers;
    /// @dev Peer ids begin with the hub's 0: stored plus one, so that zero says unknown.
    mapping(uint32 chain => uint256 peerPlusOne) private _peerOfChain;

    event PeerSet(uint32 indexed peer, uint32 indexed chain, bytes32 port);

    error PeerInvalid(uint32 peer, uint32 chain, bytes32 port);
    error PeerAlreadySet(uint32 peer);
    error ChainAlreadySet(uint32 chain);
    /// @dev Nothing is accepted from a chain of which no peer is registered.
    error ChainUnknown(uint32 chain);

    /// @notice The registered port of `peer`; zeros if none.
    function peerOf(uint32 peer) external view returns (uint32 chain, bytes32 port) {
        return (_peers[peer].chain, _peers[peer].port);
    }

    function _setPeer(uint32 peer, uint32 chain, bytes32 port) internal {
        if (chain == 0 || port == 0) revert PeerInvalid(peer, chain, port);
        if (_peers[peer].port != 0) revert PeerAlreadySet(peer);
        if (_peerOfChain[chain] != 0) revert ChainAlreadySet(chain);
        _peers[peer] = Peer(chain, port);
        _peerOfChain[chain] = uint256(peer) + 1;
        emit PeerSet(peer, chain, port);
    }

    /// @dev Where to send for `peer`.
    function _requirePeer(uint32 peer) internal view returns (Peer memory registered) {
        registered = _peers[peer];
        if (registered.port == 0) revert PeerUnknown(peer);
    }

    /// @dev The peer that speaks from `chain`, if it is `port` that spoke.
    function _identify(uint32 chain, bytes32 port) internal view returns (uint32 peer) {
        uint256 peerPlusOne = _peerOfChain[chain];
        if (peerPlusOne == 0) revert ChainUnknown(chain);
        // `_setPeer` stored a 32-bit number plus one.
        // forge-lint: disable-next-line(unsafe-typecast)
        peer = uint32(peerPlusOne - 1);
        bytes32 expected = _peers[peer].port;
        if (port != expected) revert PeerMismatch(peer, expected, port);
    }
}
