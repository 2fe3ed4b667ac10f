import type { ReactNode } from 'react';
import { Table } from '@mantine/core';

export function Heads({ names }: { readonly names: readonly string[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {names.map((name) => (
          <Table.Th key={name} scope="col">
            {name}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

/** A row in the order of the heads; the first cell is the row's name. */
export function Cells({ cells: [first, ...others] }: { readonly cells: readonly ReactNode[] }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{first}</Table.Th>
      {others.map((cell, at) => (
        <Table.Td key={at}>{cell}</Table.Td>
      ))}
    </Table.Tr>
  );
}
