import { expect, it } from 'vitest';
import { endpointOf } from './endpoint.js';

it.each([
  ['https://rpc.example/v3/secret', 'https://rpc.example'],
  ['https://user:secret@rpc.example:8545/?key=secret', 'https://rpc.example:8545'],
  ['http://127.0.0.1:8545', 'http://127.0.0.1:8545'],
  ['secret', 'not a URL'],
])('shows of %s no more than %s', (url, shown) => {
  expect(endpointOf(url)).toBe(shown);
});
