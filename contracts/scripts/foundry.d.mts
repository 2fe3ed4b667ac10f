/** Thrown when neither the platform's npm package nor the PATH has the tool. */
export class FoundryToolMissingError extends Error {
  constructor(tool: string, packageName: string);
  readonly tool: string;
  readonly packageName: string;
}

/**
 * The absolute path of a Foundry tool: the one of the installed platform package, else the first on the PATH.
 * Throws {@link FoundryToolMissingError} when there is none.
 */
export function foundryBinary(
  tool: 'forge' | 'anvil',
  from?: { platform?: string; arch?: string; path?: string },
): string;
