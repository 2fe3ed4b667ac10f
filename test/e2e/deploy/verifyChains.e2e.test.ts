import { concat, dataLength, dataSlice, type Interface } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alaCode, layerZeroCode } from '@ala/infra/devnet/chain/contractCode';
import { Lane } from '@ala/infra/devnet/chain/lane';
import { asWord, DeployedWorld } from './deployedWorld.js';

let deployed: DeployedWorld;

beforeAll(async () => {
  deployed = await DeployedWorld.start(19_110);
});

afterAll(() => deployed.stop());

const abiOf = (name: string): Interface => alaCode(name).interface;
const oftAbi = (): Interface => alaCode('DevnetOFTAdapter').interface;
const endpointAbi = (): Interface => layerZeroCode('lz-evm-protocol-v2', 'EndpointV2').interface;

it('finds nothing where everything is as the file says', async () => {
  expect(await deployed.rows()).toEqual([]);
});

describe('finds one thing that was changed on a chain, and that alone:', () => {
  it.each<[what: string, change: () => Promise<void>, expected: () => readonly string[]]>([
    [
      'another owner',
      async () => {
        const { traveller } = deployed.world.devnet.accounts;
        await deployed.send('spokeA', deployed.at('port-1'), abiOf('LayerZeroPort'), 'transferOwnership', [
          traveller.address,
        ]);
        const lane = await Lane.open(deployed.world.devnet.chains.spokeA.provider, traveller);
        lane.call(deployed.at('port-1'), abiOf('LayerZeroPort'), 'acceptOwnership', []);
        await lane.flush();
      },
      () => [
        `spokeA port-1 owner: ${deployed.open.config.owner} → ${deployed.world.devnet.accounts.traveller.address}`,
      ],
    ],
    [
      'an owner to be',
      () => {
        const { address } = deployed.world.devnet.accounts.traveller;
        return deployed.send('hub', deployed.at('auctionHub'), abiOf('AuctionHub'), 'transferOwnership', [address]);
      },
      () => [`hub auctionHub pendingOwner: nobody → ${deployed.world.devnet.accounts.traveller.address}`],
    ],
    [
      'code',
      async () => {
        const code = await deployed.world.devnet.chains.spokeB.provider.getCode(deployed.at('spokeEngine-2'));
        const last = dataLength(code) - 1;
        await deployed.ask('spokeB', 'anvil_setCode', [
          deployed.at('spokeEngine-2'),
          concat([dataSlice(code, 0, last), '0x42']),
        ]);
      },
      () => ['spokeB spokeEngine-2 code: SpokeEngine as built → code 0x'],
    ],
    [
      'a value that a constructor wrote into code',
      async () => {
        const { provider } = deployed.world.devnet.chains.hub;
        const code = await provider.getCode(deployed.at('auctionHub'));
        const vault = asWord(deployed.at('exchangeVault')).slice(2);
        const altered = code.replaceAll(vault, asWord(deployed.at('spoke-3')).slice(2));
        expect(altered).not.toBe(code);
        await deployed.ask('hub', 'anvil_setCode', [deployed.at('auctionHub'), altered]);
      },
      () => [
        `hub auctionHub immutable vault: ${asWord(deployed.at('exchangeVault'))} → ${asWord(deployed.at('spoke-3'))}`,
      ],
    ],
    [
      'an operator set that is retired',
      () => deployed.send('spokeB', deployed.at('operatorSet@spokeB'), abiOf('OperatorSet'), 'retireSet', [1, 1234]),
      () => ['spokeB operatorSet@spokeB set 1: 18446744073709551615 → 1234'],
    ],
    [
      'an operator set that the file does not name',
      () => {
        const { address } = deployed.world.devnet.accounts.traveller;
        return deployed.send('spokeA', deployed.at('operatorSet@spokeA'), abiOf('OperatorSet'), 'addSet', [
          2,
          [address],
          1,
        ]);
      },
      () => ['spokeA operatorSet@spokeA OperatorSetAdded 2: not there → set'],
    ],
    [
      'a route',
      () => {
        const route = { port: deployed.at('hubPort-2'), unit: 1n, timeoutSec: 181 };
        const token = deployed.world.devnet.tokens.tUSD.hub;
        return deployed.send('hub', deployed.at('auctionHub'), abiOf('AuctionHub'), 'setRoute', [2, token, route]);
      },
      () => ['hub auctionHub route 2 tUSD: timeoutSec: 180 → 181'],
    ],
    [
      'a route that the file does not name',
      () => {
        const route = { port: deployed.at('hubPort-2'), unit: 1n, timeoutSec: 180 };
        const token = deployed.world.devnet.tokens.tUSD.hub;
        return deployed.send('hub', deployed.at('auctionHub'), abiOf('AuctionHub'), 'setRoute', [9, token, route]);
      },
      () => [`hub auctionHub RouteSet 9 ${deployed.world.devnet.tokens.tUSD.hub}: not there → set`],
    ],
    [
      'a port that serves another contract',
      () =>
        deployed.overwrite(
          'spokeA',
          deployed.at('port-1'),
          asWord(deployed.at('spoke-1')),
          asWord(deployed.at('operatorSet@spokeA')),
        ),
      () => [`spokeA port-1 receiver: ${deployed.at('spoke-1')} → ${deployed.at('operatorSet@spokeA')}`],
    ],
    [
      'a peer',
      () =>
        deployed.overwrite(
          'hub',
          deployed.at('hubPort-1'),
          asWord(deployed.at('port-1')),
          asWord(deployed.at('port-2')),
          [asWord(1)],
        ),
      () => [`hub hubPort-1 peerOf 1: port: ${asWord(deployed.at('port-1'))} → ${asWord(deployed.at('port-2'))}`],
    ],
    [
      'a peer that the file does not name',
      () =>
        deployed.send('spokeA', deployed.at('port-1'), abiOf('LayerZeroPort'), 'setPeer', [
          7,
          40_000,
          asWord(deployed.at('port-2')),
        ]),
      () => ['spokeA port-1 PeerSet 7: not there → set'],
    ],
    [
      'the gas of a delivery',
      () => deployed.send('hub', deployed.at('hubPort-1'), abiOf('LayerZeroPort'), 'setReceiveGas', [1, 1]),
      () => ['hub hubPort-1 receiveGas 1: 200000 → 1'],
    ],
    [
      'which OFT carries a token',
      () => {
        const { oftAdapter, hub } = deployed.world.devnet.tokens.tUSD;
        return deployed.overwrite('hub', deployed.at('hubPort-1'), asWord(hub), asWord(oftAdapter), [
          asWord(oftAdapter),
        ]);
      },
      () => {
        const { oftAdapter, hub } = deployed.world.devnet.tokens.tUSD;
        return [`hub hubPort-1 tokenOfOft tUSD: ${hub} → ${oftAdapter}`];
      },
    ],
    [
      'a token that a port no longer takes',
      () =>
        deployed.overwrite('spokeB', deployed.at('port-2'), asWord(1), asWord(0), [
          asWord(deployed.world.devnet.tokens.tUSD.spokeB),
        ]),
      () => ['spokeB port-2 allowed tUSD: true → false'],
    ],
    [
      'the spoke of a local port',
      () =>
        deployed.overwrite(
          'hub',
          deployed.at('hubPort-3'),
          asWord(deployed.at('spoke-3')),
          asWord(deployed.at('spoke-1')),
          [asWord(3)],
        ),
      () => [`hub hubPort-3 spokeOf 3: ${deployed.at('spoke-3')} → ${deployed.at('spoke-1')}`],
    ],
    [
      'a basket that the file does not name',
      async () => {
        const abi = abiOf('AuctionHub');
        const { provider } = deployed.world.devnet.chains.hub;
        const data = abi.encodeFunctionData('basketParams', [1]);
        const [params] = abi.decodeFunctionResult(
          'basketParams',
          await provider.call({ to: deployed.at('auctionHub'), data }),
        );
        await deployed.send('hub', deployed.at('auctionHub'), abi, 'createBasket', [7, params]);
      },
      () => ['hub auctionHub BasketCreated 7: not there → set'],
    ],
    [
      "an OFT's delegate",
      () => {
        const { traveller } = deployed.world.devnet.accounts;
        return deployed.send('hub', deployed.world.devnet.tokens.tUSD.oftAdapter, oftAbi(), 'setDelegate', [
          traveller.address,
        ]);
      },
      () => [
        `hub ${deployed.world.devnet.tokens.tUSD.oftAdapter} delegate: ${deployed.open.config.owner} → ${deployed.world.devnet.accounts.traveller.address}`,
      ],
    ],
    [
      "an OFT's owner",
      () => {
        const { traveller } = deployed.world.devnet.accounts;
        return deployed.send('spokeA', deployed.world.devnet.tokens.tETH.spokeA, oftAbi(), 'transferOwnership', [
          traveller.address,
        ]);
      },
      () => [
        `spokeA ${deployed.world.devnet.tokens.tETH.spokeA} owner: ${deployed.open.config.owner} → ${deployed.world.devnet.accounts.traveller.address}`,
      ],
    ],
    [
      "an OFT's peer",
      () => {
        const { tUSD, tETH } = deployed.world.devnet.tokens;
        return deployed.send('hub', tUSD.oftAdapter, oftAbi(), 'setPeer', [30_184, asWord(tETH.spokeA)]);
      },
      () => {
        const { tUSD, tETH } = deployed.world.devnet.tokens;
        return [`hub ${tUSD.oftAdapter} peer towards 30184: ${asWord(tUSD.spokeA)} → ${asWord(tETH.spokeA)}`];
      },
    ],
    [
      'confirmations of a path, when sending',
      () => setUln('hub', 'sendUln', { confirmations: 2n }),
      () => [`hub ${deployed.world.devnet.tokens.tUSD.oftAdapter} confirmations sending towards 30184: 1 → 2`],
    ],
    [
      'the verifiers of a path, when receiving',
      () => setUln('spokeA', 'receiveUln', { requiredDVNs: [deployed.world.devnet.accounts.traveller.address] }),
      () => {
        const { dvn } = deployed.world.devnet.chains.spokeA.layerZero;
        const { address } = deployed.world.devnet.accounts.traveller;
        return [
          `spokeA ${deployed.world.devnet.tokens.tUSD.spokeA} required DVNs receiving from 30101: ${dvn} → ${address}`,
        ];
      },
    ],
    [
      'the executor of a path',
      async () => {
        const { endpoint, sendUln } = deployed.world.devnet.chains.hub.layerZero;
        const config = concat([asWord(10_000), asWord(deployed.world.devnet.accounts.traveller.address)]);
        const param = { eid: 30_184, configType: 1, config };
        const args = [deployed.world.devnet.tokens.tETH.oftAdapter, sendUln, [param]];
        await deployed.send('hub', endpoint, endpointAbi(), 'setConfig', args);
      },
      () => {
        const { executor } = deployed.world.devnet.chains.hub.layerZero;
        const { address } = deployed.world.devnet.accounts.traveller;
        return [`hub ${deployed.world.devnet.tokens.tETH.oftAdapter} executor towards 30184: ${executor} → ${address}`];
      },
    ],
  ])('%s', async (_, change, expected) => {
    await deployed.world.undone(async () => {
      await change();
      const found = await deployed.rows();
      expect(found).toHaveLength(expected().length);
      for (const [index, row] of expected().entries()) expect(found[index]).toContain(row);
    });
    expect(await deployed.rows()).toEqual([]);
  });

  async function setUln(
    chain: 'hub' | 'spokeA',
    library: 'sendUln' | 'receiveUln',
    change: { confirmations?: bigint; requiredDVNs?: string[] },
  ): Promise<void> {
    const layerZero = deployed.world.devnet.chains[chain].layerZero;
    const { tUSD } = deployed.world.devnet.tokens;
    const [oft, eid] = chain === 'hub' ? [tUSD.oftAdapter, 30_184] : [tUSD.spokeA, 30_101];
    const uln = contractArtifactOfUln(library);
    const { confirmations = 1n, requiredDVNs = [layerZero.dvn] } = change;
    const config = uln
      .getAbiCoder()
      .encode(
        ['tuple(uint64,uint8,uint8,uint8,address[],address[])'],
        [[confirmations, requiredDVNs.length, 0, 0, requiredDVNs, []]],
      );
    const args = [oft, layerZero[library], [{ eid, configType: 2, config }]];
    await deployed.send(chain, layerZero.endpoint, endpointAbi(), 'setConfig', args);
  }

  const contractArtifactOfUln = (library: 'sendUln' | 'receiveUln'): Interface =>
    layerZeroCode('lz-evm-messagelib-v2', library === 'sendUln' ? 'uln/uln302/SendUln302' : 'uln/uln302/ReceiveUln302')
      .interface;
});
