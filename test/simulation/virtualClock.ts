/** The one clock of a simulated world; nothing in it waits for the machine's. */
export class VirtualClock {
  private current = 0;

  constructor(
    /** Told of every change, so that the database shows the same time. */
    private readonly onChange: (nowMs: number) => Promise<void>,
  ) {}

  get nowMs(): number {
    return this.current;
  }

  get nowSec(): number {
    return Math.floor(this.current / 1_000);
  }

  async set(nowMs: number): Promise<void> {
    this.current = nowMs;
    await this.onChange(nowMs);
  }

  async advance(byMs: number): Promise<void> {
    await this.set(this.current + byMs);
  }
}
