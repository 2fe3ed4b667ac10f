import { useRef, useState, type RefObject } from 'react';
import { TextInput } from '@mantine/core';
import { isAddress } from 'ethers';
import { toAddress, type Address } from '@ala/shared/ids';

/** Who shall own a bid. */
export interface Owner {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly wrong: string | null;
  /** Null for the account that pays. */
  readonly address: Address | null;
  readonly type: (text: string) => void;
  /** Whether what was typed can be meant; says so beside the field if not. */
  readonly check: () => boolean;
}

export function useOwner(): Owner {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const typed = text.trim();
  // With capitals as well as small letters it carries a checksum, which finds most mistypings.
  const isMeant = typed === '' || (typed.startsWith('0x') && isAddress(typed));
  return {
    field,
    text,
    wrong,
    address: typed === '' || !isMeant ? null : toAddress(typed),
    type: (next) => {
      setText(next);
      setWrong(null);
    },
    check: () => {
      if (isMeant) return true;
      setWrong('This is no address. Copy all of it from the wallet, 0x and 40 digits, or leave the field empty.');
      field.current?.focus();
      return false;
    },
  };
}

export function OwnerField({ owner: { field, text, wrong, type } }: { readonly owner: Owner }) {
  return (
    <TextInput
      ref={field}
      label="Owner of the bid"
      description="Whoever shall withdraw and claim; empty for your own account."
      placeholder="0x…"
      autoComplete="off"
      spellCheck={false}
      value={text}
      error={wrong}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}
