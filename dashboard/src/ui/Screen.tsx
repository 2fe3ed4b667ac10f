import type { ReactNode } from 'react';
import { Group, Paper, Text, Title } from '@mantine/core';
import { Problem } from './Problem.js';
import { ScreenSkeleton } from './ScreenSkeleton.js';

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** What was asked for: its skeleton, its problem, or itself. An answer that is there stays when the next one fails; the problem stands above it. */
export function Answered<Data>({
  asked: { data, error, refetch },
  children,
}: {
  readonly asked: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const problem = error !== null && <Problem error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return problem || <ScreenSkeleton />;
  return (
    <>
      {problem}
      {children(data)}
    </>
  );
}

/** A part of a screen under its own heading. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="md" mt="md" component="section" aria-label={title}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

/** Stands where there is nothing, and says what would be. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl" mt="md" ta="center">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" mt={4}>
        {children}
      </Text>
    </Paper>
  );
}

/** Figures side by side, as many as there is room for. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return (
    <Group component="dl" my="sm" style={{ columnGap: '2rem', rowGap: '0.5rem' }}>
      {children}
    </Group>
  );
}

/** A figure and what it is. */
export function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" component="dt">
        {name}
      </Text>
      <Text fw={600} component="dd" m={0}>
        {children}
      </Text>
    </div>
  );
}
