import { createTheme } from '@mantine/core';

/** Fonts of the machine itself: nothing is fetched from elsewhere. */
export const theme = createTheme({
  primaryColor: 'indigo',
  // White stands on it with enough contrast in both schemes.
  primaryShade: 7,
  autoContrast: true,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' } } },
  focusRing: 'auto',
});
