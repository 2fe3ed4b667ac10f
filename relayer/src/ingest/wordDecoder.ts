import type { EventFragment, Interface, ParamType } from 'ethers';
import type { ChainLog } from '../chain/readChain.js';

/** Null if the log has not the shape of the event: ethers says then what is wrong with it. */
export type WordDecoder = (log: Pick<ChainLog, 'topics' | 'data'>) => {
  readonly name: string;
  readonly args: Readonly<Record<string, bigint | string | boolean>>;
} | null;

/** Digits of a word. */
const WORD = 64;

/**
 * Decoders, by first topic, of those events whose parameters are all single words, which nearly all logs are of. They cut the values
 * out of the hex text; ethers takes some fifty times as long.
 */
export function wordDecoders(abi: Interface): Map<string, WordDecoder> {
  const decoders = new Map<string, WordDecoder>();
  abi.forEachEvent((event) => {
    const decoder = wordDecoder(event);
    if (decoder !== null) decoders.set(event.topicHash, decoder);
  });
  return decoders;
}

type Take = (word: string) => bigint | string | boolean;

interface Parameter {
  readonly name: string;
  readonly take: Take;
}

function wordDecoder({ name, inputs }: EventFragment): WordDecoder | null {
  const parameters = inputs.map((input) => ({
    name: input.name,
    indexed: input.indexed === true,
    take: takeOf(input),
  }));
  if (!parameters.every((parameter) => parameter.take !== null)) return null;
  const inTopics = parameters.filter(({ indexed }) => indexed) as readonly Parameter[];
  const inData = parameters.filter(({ indexed }) => !indexed) as readonly Parameter[];
  return ({ topics, data }) => {
    if (topics.length !== inTopics.length + 1 || data.length !== 2 + WORD * inData.length) return null;
    const args: Record<string, bigint | string | boolean> = {};
    for (const [at, parameter] of inTopics.entries())
      args[parameter.name] = parameter.take((topics[at + 1] ?? '').slice(2));
    for (const [at, parameter] of inData.entries()) {
      args[parameter.name] = parameter.take(data.slice(2 + WORD * at, 2 + WORD * (at + 1)));
    }
    return { name, args };
  };
}

/** How a value stands in its word; null for a type that takes another form. */
function takeOf({ baseType, type }: ParamType): Take | null {
  if (baseType === 'address') return (word) => `0x${word.slice(24)}`;
  if (baseType === 'bool') return (word) => BigInt(`0x${word}`) !== 0n;
  if (type === 'bytes32') return (word) => `0x${word}`;
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits === undefined) return null;
  const first = WORD - Number(bits) / 4;
  return (word) => BigInt(`0x${word.slice(first)}`);
}
