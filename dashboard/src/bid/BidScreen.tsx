import { useState } from 'react';
import { NativeSelect, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { BasketAnswer, NetworkAnswer } from '@ala/shared/api/network';
import { readBidTerms, type BidTerms } from '@ala/shared/client/bidTerms';
import { ClientError } from '@ala/shared/client/clientError';
import { explainError } from '@ala/shared/client/explainError';
import { readToken } from '@ala/shared/client/token';
import { toBasketId } from '@ala/shared/ids';
import { useNetwork } from '../data/queries.js';
import { BasketChoice } from '../ui/BasketChoice.js';
import { Answered, Empty } from '../ui/Screen.js';
import type { Session } from '../wallet/session.js';
import { useHeldSession } from '../wallet/SessionHolder.js';
import { useRestoredSession, useWallets } from '../wallet/useSession.js';
import { WalletPanel } from '../wallet/WalletPanel.js';
import { OwnBids } from './OwnBids.js';
import { PlaceForm } from './PlaceForm.js';
import { Playground } from './Playground.js';
import { bidSpokes, type BidSpoke } from './spokes.js';

/** What an LP does: place, withdraw, claim and bid again. */
export function BidScreen() {
  const network = useNetwork();
  return (
    <>
      <Title order={1}>Bid</Title>
      <Answered asked={network}>{(known) => <Bidding network={known} />}</Answered>
    </>
  );
}

function Bidding({ network }: { readonly network: NetworkAnswer }) {
  // The node is asked again from time to time: providers are made anew only if it says something else.
  const said = JSON.stringify([network.chains, network.spokes]);
  const [made, make] = useState(() => ({ said, spokes: bidSpokes(network) }));
  if (made.said !== said) make({ said, spokes: bidSpokes(network) });
  const { spokes } = made;
  const wallets = useWallets(network.profile === 'devnet' ? spokes : null);
  const [chosen, choose] = useState(0);
  const { session } = useHeldSession();
  useRestoredSession(wallets);
  const spoke = spokes[chosen];
  const [basketId, chooseBasket] = useState(network.baskets[0]?.basket ?? 0);
  const basket = network.baskets.find(({ basket: id }) => id === basketId);
  if (spoke === undefined || basket === undefined) {
    return (
      <Empty title="No chain can be asked from here">
        The node&apos;s operator names none in api.publicRpcUrls. From a terminal: ./ala bid place.
      </Empty>
    );
  }
  return (
    <>
      <BasketChoice network={network} chosen={basketId} onChoose={chooseBasket} />
      <NativeSelect
        mt="sm"
        label="Chain"
        value={String(chosen)}
        onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
        data={spokes.map(({ chain, spokeId }, index) => ({
          value: String(index),
          label: `${chain} (spoke ${spokeId})`,
        }))}
      />
      <WalletPanel wallets={wallets} chain={{ ...spoke, name: spoke.chain }} />
      <OnSpoke key={`${chosen} ${basketId}`} network={network} basket={basket} spoke={spoke} session={session} />
    </>
  );
}

interface OnSpokeProps {
  readonly network: NetworkAnswer;
  readonly basket: BasketAnswer;
  readonly spoke: BidSpoke;
  readonly session: Session | null;
}

function OnSpoke({ network, basket, spoke, session }: OnSpokeProps) {
  const asked = useQuery({ queryKey: ['terms', spoke.rpcUrl, basket.basket], queryFn: () => readTerms(spoke, basket) });
  return (
    <Answered asked={asked}>
      {({ terms, symbol }) => (
        <>
          {network.playgroundUrl !== null && session !== null && (
            <Playground url={network.playgroundUrl} spoke={spoke} terms={terms} session={session} />
          )}
          <PlaceForm basket={basket} spoke={spoke} terms={terms} symbol={symbol} session={session} />
          {session !== null && (
            <OwnBids key={session.account} spoke={spoke} terms={terms} symbol={symbol} session={session} />
          )}
        </>
      )}
    </Answered>
  );
}

async function readTerms(spoke: BidSpoke, { basket }: BasketAnswer): Promise<{ terms: BidTerms; symbol: string }> {
  try {
    const terms = await readBidTerms(spoke, toBasketId(basket));
    const { symbol } = await readToken(spoke.provider, terms.debtToken);
    return { terms, symbol };
  } catch (error) {
    throw new ClientError(explainError(error), { cause: error });
  }
}
