import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import { parse } from './parsed-answer.ts';
import { randomAnswer } from './random-answers.ts';

const BATCHES = Array.from({ length: 15 }, (_, batch) => batch * 100);
const seedsFrom = (first: number) => Array.from({ length: 100 }, (_, i) => first + i);

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

  it.each(BATCHES)(
    'are taken as undici takes them, but for what is refused here on purpose: from %d',
    async (first) => {
      for (const seed of seedsFrom(first)) {
        const { text, refusedHere } = randomAnswer(seed);
        const ours = takenHere(text, seed);
        const expected = refusedHere === undefined ? await takenByUndici(seed) : undefined;
        expect({ seed, text, taken: ours }).toEqual({ seed, text, taken: expected });
      }
    },
  );

  it('are both right and wrong, with everything among them that is refused on purpose', () => {
    const seeds = BATCHES.flatMap(seedsFrom);
    const answers = seeds.map((seed) => randomAnswer(seed));
    const taken = seeds.filter((seed) => takenHere(randomAnswer(seed).text, seed) !== undefined);

    expect(taken.length / seeds.length).toBeGreaterThan(0.2);
    expect(taken.length / seeds.length).toBeLessThan(0.8);
    expect(new Set(answers.map(({ refusedHere }) => refusedHere))).toEqual(
      new Set([
        undefined,
        'HTTP/0.9 in the letters of HTTP/1',
        'HTTP/2.0 in the letters of HTTP/1',
        'a bare line feed',
        'a folded line',
        'a transfer coding in HTTP/1.0',
        'another transfer coding',
      ]),
    );
  });
});

function takenHere(text: string, seed: number): Taken | undefined {
  const { status, fields, content, end } = parse(cutAtRandom(text, seed));
  return end === 'whole' ? { status, fields, content } : undefined;
}

function cutAtRandom(text: string, seed: number): string[] {
  const random = seededRandom(seed);
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + 1 + Math.floor(random() * 64);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
