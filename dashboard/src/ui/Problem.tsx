import { Alert, Button, Text } from '@mantine/core';
import { ClientError } from '@ala/shared/client/clientError';

/** What went wrong, what to do, and the button that tries again. */
export function Problem({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { what, whatToDo } = wordsOf(error);
  return (
    <Alert color="red" title={what} role="alert">
      <Text size="sm">{whatToDo}</Text>
      <Button size="xs" mt="sm" variant="light" color="red" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}

function wordsOf(error: Error): { readonly what: string; readonly whatToDo: string } {
  if (!(error instanceof ClientError)) {
    return { what: 'Something went wrong', whatToDo: `${error.message}. Load the page anew.` };
  }
  const { what, whatToDo } = error;
  return { what: what.charAt(0).toUpperCase() + what.slice(1), whatToDo };
}
