import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** An answer as it is sent, serialised once. */
export class Answer {
  readonly etag: string;
  readonly body: Buffer;
  private compressed: Promise<Buffer> | null = null;

  constructor(value: unknown) {
    this.body = Buffer.from(JSON.stringify(value));
    // Weak, for the bytes depend on the encoding; the same on every node.
    this.etag = `W/"${createHash('sha256').update(this.body).digest('base64url').slice(0, 22)}"`;
  }

  gzipped(): Promise<Buffer> {
    this.compressed ??= compress(this.body, { level: 1 });
    return this.compressed;
  }
}

export interface AnswerCacheArgs {
  /** Another number after every change of what answers are made from. */
  readonly version: () => number;
  readonly nowMs: () => number;
  /** Time moves what no row does (a bid becomes active): no answer is given for longer. */
  readonly maxAgeMs: number;
  readonly maxAnswers: number;
}

interface Kept {
  readonly version: number;
  readonly atMs: number;
  readonly answer: Promise<Answer>;
}

/** Answers by what was asked: made once a version, however many ask for them, also while the first is being made. */
export class AnswerCache {
  private readonly kept = new Map<string, Kept>();
  /** What is made of the same value (the book, which is kept until it is another one) is not serialised again. */
  private readonly answers = new WeakMap<object, Answer>();

  constructor(private readonly args: AnswerCacheArgs) {}

  get(key: string, make: () => Promise<object>): Promise<Answer> {
    const version = this.args.version();
    const atMs = this.args.nowMs();
    const known = this.kept.get(key);
    this.kept.delete(key);
    if (known !== undefined && known.version === version && atMs - known.atMs < this.args.maxAgeMs) {
      this.kept.set(key, known);
      return known.answer;
    }
    const answer = make().then((value) => this.answerOf(value));
    this.kept.set(key, { version, atMs, answer });
    // What has failed is tried again by whoever asks next.
    answer.catch(() => {
      if (this.kept.get(key)?.answer === answer) this.kept.delete(key);
    });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.args.maxAnswers) break;
      this.kept.delete(oldest);
    }
    return answer;
  }

  private answerOf(value: object): Answer {
    const answer = this.answers.get(value) ?? new Answer(value);
    this.answers.set(value, answer);
    return answer;
  }
}
