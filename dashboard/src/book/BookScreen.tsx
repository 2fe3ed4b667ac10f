import { Title } from '@mantine/core';

export function BookScreen() {
  return <Title order={1}>Book</Title>;
}
