import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parse } from './parsed-answer.ts';
import { randomAnswer, randomFrom } from './random-answers.ts';

const SEEDS = 1_500;

/** What both are compared by; undefined where the answer is refused. */
interface Taken {
  readonly status: number;
  readonly fields: readonly string[];
  readonly content: string;
}

describe('random answers', () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      const [, seed] = /^GET \/(\d+) /.exec(request.toString('latin1')) ?? [];
      socket.end(randomAnswer(Number(seed)).text, 'latin1');
    });
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    server.close();
  });

  async function takenByUndici(seed: number): Promise<Taken | undefined> {
    const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // a listening TCP server has an AddressInfo
    try {
      const { statusCode, headers, body } = await client.request({
        method: 'GET',
        path: `/${seed}`,
        responseHeaders: 'raw',
      });
      const fields = headers as unknown as readonly Buffer[]; // what "raw" makes of them; llhttp leaves a tab at the end of a value
      const content = Buffer.from(await body.arrayBuffer()).toString('latin1');
      return { status: statusCode, fields: fields.map((field) => field.toString('latin1').trim()), content };
    } catch {
      return undefined; // refused
    } finally {
      await client.destroy();
    }
  }

  it('are taken as undici takes them, or refused as it refuses them, but for what is refused here on purpose', async () => {
    const refusals = new Map<string, number>();
    let taken = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { text, refusedHere } = randomAnswer(seed);
      const { status, fields, content, end } = parse(cutAtRandom(text, seed));
      const ours: Taken | undefined = end === 'whole' ? { status, fields, content } : undefined;
      const theirs = await takenByUndici(seed);
      if (refusedHere === undefined) {
        expect({ seed, text, taken: ours }).toEqual({ seed, text, taken: theirs });
        taken += Number(ours !== undefined);
      } else {
        expect({ seed, text, taken: ours }).toEqual({ seed, text, taken: undefined });
        refusals.set(refusedHere, (refusals.get(refusedHere) ?? 0) + 1);
      }
    }

    expect(taken).toBeGreaterThan(SEEDS / 4);
    expect([...refusals.keys()].sort()).toEqual([
      'HTTP/0.9 in the letters of HTTP/1',
      'HTTP/2.0 in the letters of HTTP/1',
      'a bare line feed',
      'a folded line',
      'a transfer coding in HTTP/1.0',
      'another transfer coding',
    ]);
  });
});

function cutAtRandom(text: string, seed: number): string[] {
  const random = randomFrom(seed);
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + 1 + Math.floor(random() * 64);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
