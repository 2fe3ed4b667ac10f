import { Skeleton, Stack } from '@mantine/core';

/** Stands where a screen or its data will be. */
export function ScreenSkeleton() {
  return (
    <Stack gap="md" aria-busy="true" aria-label="Loading" role="status">
      <Skeleton h={32} w={220} />
      <Skeleton h={280} />
      <Skeleton h={140} />
    </Stack>
  );
}
