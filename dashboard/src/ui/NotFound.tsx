import { Text, Title } from '@mantine/core';
import { Link } from 'wouter';

export function NotFound() {
  return (
    <>
      <Title order={1}>There is no such page</Title>
      <Text mt="sm">
        Choose one of those above, or <Link href="/">look at the book</Link>.
      </Text>
    </>
  );
}
