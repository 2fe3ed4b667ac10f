import { QueryClient } from '@tanstack/react-query';
import { ClientError } from '@ala/shared/client/clientError';

/** What the node does not answer is asked again; what it refuses is not. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && !(error instanceof ClientError && error.kind !== 'unreachable'),
      retryDelay: 1_000,
    },
  },
});
