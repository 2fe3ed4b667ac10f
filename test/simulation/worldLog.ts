/** What happens in a world, the same for the same seed: hashes, which depend on when the devnet was started, are numbered. */
export class WorldLog {
  private readonly lines: { readonly text: string; readonly isNotable: boolean }[] = [];
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly elapsedMs: () => number,
    private readonly onLine: (line: string) => void = () => undefined,
  ) {}

  /** One of the many calls. */
  call(text: string): void {
    this.add(text, false);
  }

  /** Something that tells what went on. */
  say(text: string): void {
    this.add(text, true);
  }

  get all(): readonly string[] {
    return this.lines.map(({ text }) => text);
  }

  /** What tells what went on, the last so many lines. */
  short(count: number): readonly string[] {
    return this.lines.flatMap(({ text, isNotable }) => (isNotable ? [text] : [])).slice(-count);
  }

  private add(text: string, isNotable: boolean): void {
    const named = text.replaceAll(/0x[0-9a-f]{64}/gi, (hash) => this.nameOf(hash.toLowerCase()));
    const line = `${(this.elapsedMs() / 1_000).toFixed(1).padStart(8)} s  ${named}`;
    this.lines.push({ text: line, isNotable });
    this.onLine(line);
  }

  private nameOf(hash: string): string {
    const name = this.hashes.get(hash) ?? `#${this.hashes.size + 1}`;
    this.hashes.set(hash, name);
    return name;
  }
}
