/** The step that an outbox key stands for, without its instance: `call:2:0x…` is `call:2`. */
export function stepOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':'));
}
