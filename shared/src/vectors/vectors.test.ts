import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearFile } from '../clearFile.js';
import { MessageFormatError } from '../errors.js';
import { decodeMessage, encodeMessage } from '../messageCodec.js';
import { vectorFiles, VECTORS_FOLDER } from './files.js';
import { messageVectors } from './messages.js';

interface ClearingsFile {
  clearings: { name: string; input: unknown; output: unknown }[];
}

const committed = (name: string): string => readFileSync(join(VECTORS_FOLDER, name), 'utf8');

describe('golden vectors', () => {
  it.each(Object.entries(vectorFiles()))('%s is what this code gives', (name, content) => {
    expect(content).toBe(committed(name));
  });

  it.each(messageVectors().valid)('$name reads and writes', ({ message, bytes }) => {
    expect(encodeMessage(message)).toBe(bytes);
    expect(decodeMessage(bytes)).toEqual(message);
  });

  it.each(messageVectors().malformed)('$name is refused', ({ bytes }) => {
    expect(() => decodeMessage(bytes)).toThrow(MessageFormatError);
  });

  it('are clearings that ./ala clear reads and prints', () => {
    const { clearings } = JSON.parse(committed('clearings.json')) as ClearingsFile;
    expect(clearings.length).toBeGreaterThan(40);
    for (const { input, output } of clearings) expect(JSON.parse(clearFile(JSON.stringify(input)))).toEqual(output);
  });
});
