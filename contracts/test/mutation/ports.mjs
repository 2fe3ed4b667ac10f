const LAYERZERO = 'test/unit/LayerZeroPort*';
const WORMHOLE = 'test/unit/WormholePort*';

/** @type {readonly import('./mutations.mjs').Mutation[]} */
export const PORT_MUTATIONS = [
  {
    file: 'ports/BridgePort.sol',
    from: 'if (consumed[key]) revert MessageAlreadyConsumed(key);',
    to: '',
    tests: 'test/unit/*Port*',
  },
  {
    file: 'ports/BridgePort.sol',
    from: 'if (receiver != address(0)) revert ReceiverAlreadySet(receiver);',
    to: '',
    tests: 'test/unit/*Port*',
  },
  {
    file: 'ports/RemotePort.sol',
    from: 'if (port != expected) revert PeerMismatch(peer, expected, port);',
    to: '',
    tests: 'test/unit/*Port*',
  },
  {
    file: 'ports/LayerZeroPort.sol',
    from: 'if (msg.sender != endpoint) revert CallerNotEndpoint(msg.sender);',
    to: '',
    tests: LAYERZERO,
  },
  { file: 'ports/LayerZeroPort.sol', from: 'minAmountLD: amountLocal,', to: 'minAmountLD: 0,', tests: LAYERZERO },
  {
    file: 'ports/LayerZeroPort.sol',
    from: 'if (amountLocal % unit != 0) revert AmountNotTransportable(amountLocal, unit);',
    to: '',
    tests: LAYERZERO,
  },
  { file: 'ports/WormholePort.sol', from: 'if (!valid) revert VaaInvalid(vm.hash);', to: '', tests: WORMHOLE },
  {
    file: 'ports/WormholePort.sol',
    from: 'if (emitter == 0 || vm.emitterAddress != emitter)',
    to: 'if (emitter == 0)',
    tests: WORMHOLE,
  },
  { file: 'ports/WormholePort.sol', from: '_refundSurplus(refundTo, msg.value - feeWei);', to: '', tests: WORMHOLE },
  { file: 'ports/WormholePort.sol', from: '_consume(vm.hash);', to: '', tests: WORMHOLE },
  { file: 'ports/WormholePort.sol', from: '_consume(vm.hash);', to: '_consume(messageId);', tests: WORMHOLE },
  { file: 'ports/LayerZeroPort.sol', from: '_consume(guid);', to: '', tests: LAYERZERO },
  {
    file: 'ports/LayerZeroPort.sol',
    from: 'if (gas > MAX_RECEIVE_GAS)',
    to: 'if (gas >= MAX_RECEIVE_GAS)',
    tests: LAYERZERO,
  },
];
