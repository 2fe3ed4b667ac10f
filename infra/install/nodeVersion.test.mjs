import { expect, it } from 'vitest';
import { nodeVersionProblem } from './nodeVersion.mjs';

it.each(['20.19.0', '20.20.2', '21.0.0', '24.1.0'])('Node %s will do', (version) => {
  expect(nodeVersionProblem(version)).toBeUndefined();
});

it.each(['12.22.0', '18.20.4', '20.18.3'])('Node %s is too old, and the message says what to do', (version) => {
  expect(nodeVersionProblem(version)).toMatch(
    new RegExp(`^ALA needs Node 20.19 or later; this is ${version} .*nodejs.org`),
  );
});
