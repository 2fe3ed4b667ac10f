/** One server-sent event. */
export interface ServerSent {
  /** Null if the server has named none so far. */
  readonly id: string | null;
  readonly data: string;
}

/** Takes a stream apart as the HTML standard's event streams are: pieces may end anywhere. Comments and empty events are passed over. */
export class EventStreamReader {
  /** What the server wants a client to wait before it comes back, ms; null as long as it has not said so. */
  retryMs: number | null = null;
  private rest = '';
  private id: string | null = null;
  private data: string[] = [];

  take(piece: string): ServerSent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.takeLine(line));
  }

  private takeLine(line: string): ServerSent[] {
    if (line === '') {
      const { id, data } = this;
      this.data = [];
      return data.length === 0 ? [] : [{ id, data: data.join('\n') }];
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'data') this.data.push(value);
    if (field === 'id' && !value.includes('\0')) this.id = value;
    if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
    return [];
  }
}
