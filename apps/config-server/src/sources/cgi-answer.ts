import type { Readable } from 'node:stream';

import { GitCommandError } from '../errors.ts';

/** What a CGI program printed (RFC 3875 section 6). */
export interface CgiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncGenerator<Buffer>;
}

const MAX_HEAD_BYTES = 8_192;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Resolves with the first of the body, or its end: what the program makes of its input is known by then.
 * Rejects with a GitCommandError for a program that ends, or prints too much, before its head is whole.
 */
export async function readCgiAnswer(output: Readable): Promise<CgiAnswer> {
  const chunks = output[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // no encoding is set on it
  let head = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true || head.length > MAX_HEAD_BYTES) {
      throw new GitCommandError('http-backend', 'ended before it answered');
    }
    head = Buffer.concat([head, next.value]);
    const end = head.indexOf(END_OF_HEAD);
    if (end >= 0) {
      const rest = head.subarray(end + END_OF_HEAD.length);
      const first = rest.length > 0 ? { value: rest, done: false } : await chunks.next();
      return { ...toHead(head.toString('latin1', 0, end)), body: bodyOf(first, chunks) };
    }
  }
}

function toHead(head: string): Pick<CgiAnswer, 'status' | 'headers'> {
  const fields = head.split('\r\n').map((line) => /^([A-Za-z-]+): *(.*)$/.exec(line) ?? []);
  const { status = '200', ...headers } = Object.fromEntries(
    fields.map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  return { status: Number.parseInt(status, 10), headers };
}

async function* bodyOf(first: IteratorResult<Buffer, unknown>, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = first; next.done !== true; next = await chunks.next()) {
    yield next.value;
  }
}
