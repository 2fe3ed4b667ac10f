import { Title } from '@mantine/core';

export function OperateScreen() {
  return <Title order={1}>Operate</Title>;
}
