import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const MEGABYTE = Buffer.alloc(1_048_576, 'x');
const MANY = 64;

/** Writes until the other side takes no more for a while; resolves with the bytes that were taken. */
async function fill(writable: { write(chunk: Buffer): boolean; once(event: 'drain', listener: () => void): unknown }) {
  let megabytes = 0;
  let isStuck = false;
  while (!isStuck && megabytes < MANY) {
    megabytes += 1;
    if (!writable.write(MEGABYTE)) {
      const drained = Promise.withResolvers<boolean>();
      writable.once('drain', () => {
        drained.resolve(true);
      });
      isStuck = !(await Promise.race([drained.promise, manyTurns()]));
    }
  }
  return megabytes;
}

/** Long enough for bytes to go through loopback if anyone reads them; no time is measured. */
async function manyTurns(): Promise<false> {
  for (let i = 0; i < 2_000; i++) {
    await turnOfTheLoop();
  }
  return false;
}

describe('a body through the gateway', () => {
  it('goes both ways while it comes', async () => {
    await using echo = await Backend.start((request, response) => {
      request.pipe(response);
    });
    await using gateway = await startHarness({ services: { orders: [echo.port] } });
    using client = new RawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nping\r\n');
    await client.until('ping');
    client.send('4\r\npong\r\n');
    await client.until('pong');
    const whole = await client.send('0\r\n\r\n').until('0\r\n\r\n');

    expect(whole).toContain('Transfer-Encoding: chunked');
  });

  it('waits at the instance while the client does not read it', async () => {
    const answering = Promise.withResolvers<ServerResponse>();
    await using orders = await Backend.start((_request, response) => {
      answering.resolve(response);
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    client.socket.pause();

    const taken = await fill(await answering.promise);

    expect(taken).toBeLessThan(MANY / 2);
  });

  it('waits at the client while the instance does not read it', async () => {
    const asked = Promise.withResolvers<IncomingMessage>();
    await using orders = await Backend.start((request) => {
      request.pause();
      asked.resolve(request);
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    const client = httpRequest(gateway.url, { method: 'POST' });
    client.on('error', () => undefined);

    const filling = fill(client);
    await asked.promise;

    expect(await filling).toBeLessThan(MANY / 2);
    client.destroy();
  });

  it('of 8 MB arrives whole in either direction', async () => {
    const large = Buffer.concat(Array<Buffer>(8).fill(MEGABYTE));
    await using orders = await Backend.start((request, response) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.on('end', () => response.setHeader('X-Received', bytes).end(large));
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });

    const response = await fetch(gateway.url, { method: 'PUT', body: large });
    const received = await response.arrayBuffer();

    expect(response.headers.get('x-received')).toBe(String(large.length));
    expect(received.byteLength).toBe(large.length);
  });
});

describe('a client that goes away', () => {
  it('has its request cancelled at the instance, before and within the answer', async () => {
    for (const begun of [false, true]) {
      const asked = Promise.withResolvers<ServerResponse>();
      await using orders = await Backend.start((_request, response) => {
        if (begun) {
          response.write('begun');
        }
        asked.resolve(response);
      });
      await using gateway = await startHarness({ services: { orders: [orders.port] } });
      using client = new RawClient(gateway.port);
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const response = await asked.promise;
      if (begun) {
        await client.until('begun');
      }

      client.socket.resetAndDestroy();
      await once(response, 'close');

      expect(response.writableFinished).toBe(false);
    }
  });

  it('leaves no part of a request that an instance could take for the whole', async () => {
    const begun = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<string>();
    await using orders = await Backend.start((request) => {
      request.on('data', () => {
        begun.resolve(undefined);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        ended.resolve(error.code ?? '');
      });
      request.on('end', () => {
        ended.resolve('whole');
      });
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    await begun.promise;
    client.send('nonsense\r\n');

    expect(await ended.promise).toBe('ECONNRESET');
    await client.untilClosed();
  });
});

describe('an answer before the end of the request', () => {
  it('reaches a client that is still sending, and ends its connection', async () => {
    await using orders = await Backend.start((_request, response) => {
      response.writeHead(413, { 'content-length': 9 }).end('too large');
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n');
    client.send('x'.repeat(100_000));

    const answer = await client.until('too large');
    client.send('x'.repeat(100_000));
    await client.untilClosed();

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('Connection: close');
    expect(client.error).toBeUndefined();
  });
});

describe('an answer without a body', () => {
  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', 'Content-Length: 1000'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 1000\r\n\r\n', 'ETag: "a"'],
    ['GET', 'HTTP/1.1 204 No Content\r\nX-A: b\r\nContent-Length: 0\r\n\r\n', 'X-A: b'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'Content-Length: 0'],
  ])('to %s is one: %s', async (method, answer, field) => {
    await using orders = await rawBackend(answer);
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    client.send(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const received = await client.untilClosed();

    expect(received).toContain(field);
    expect(received.endsWith('\r\n\r\n')).toBe(true);
    expect(received).not.toContain('Transfer-Encoding');
    expect(received.startsWith('HTTP/1.1 204')).toBe(received.includes('204') && !received.includes('Content-Length'));
  });
});

describe('the fields of an answer', () => {
  async function answerOf(
    raw: string | ((socket: Socket) => void),
    settings: Record<string, string> = {},
  ): Promise<string> {
    await using orders = await rawBackend(raw);
    await using gateway = await startHarness({ services: { orders: [orders.port] }, settings });
    using client = new RawClient(gateway.port);
    return await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').untilClosed();
  }

  it('keep their spelling, order and number', async () => {
    const answer = await answerOf(
      'HTTP/1.1 200 OK\r\nDate: now\r\nX-ONE: 1\r\nSet-Cookie: a=b\r\nset-cookie: c=\xe4\r\nContent-Length: 0\r\n\r\n',
    );

    expect(answer).toContain('Date: now\r\nX-ONE: 1\r\nSet-Cookie: a=b\r\nset-cookie: c=\xe4\r\n');
  });

  it('lose what concerns only the connection to the instance', async () => {
    const answer = await answerOf(
      'HTTP/1.1 200 OK\r\nConnection: close, X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=99\r\nTrailer: X-T\r\nUpgrade: h2c\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
    );

    expect(answer).not.toMatch(/X-Inner|timeout=99|Trailer|Upgrade|Proxy-Authenticate/);
  });

  it('tell of route and instance only those who may know', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

    expect(await answerOf(ok)).toContain('Signalbox-Route: all; instance=orders-1\r\n');
    expect(await answerOf(ok, { SIGNALBOX_EXPLAIN_TO: 'none' })).not.toContain('Signalbox-Route');
  });

  it('tell nothing to a proxy for its client', async () => {
    await using orders = await Backend.start((_request, response) => response.end());
    await using gateway = await startHarness({ services: { orders: [orders.port] } });

    for (const [name, value] of [
      ['X-Forwarded-For', '192.0.2.1'],
      ['Forwarded', 'for=192.0.2.1'],
    ] as const) {
      const response = await fetch(gateway.url, { headers: { [name]: value } });
      expect(response.headers.has('signalbox-route')).toBe(false);
    }
  });

  it('lose what a gateway behind this one told of its route', async () => {
    const inner = 'HTTP/1.1 200 OK\r\nSignalbox-Route: inner; instance=x\r\nContent-Length: 0\r\n\r\n';

    expect(await answerOf(inner, { SIGNALBOX_EXPLAIN_TO: 'none' })).not.toContain('Signalbox-Route');
  });

  it('come after informational answers without a length, and of known meaning only', async () => {
    const informational = [102, 103, 104, 199].map((code) => `HTTP/1.1 ${code} X\r\nContent-Length: 5\r\n\r\n`);
    const answer = await answerOf(`${informational.join('')}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`);

    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 102', 'HTTP/1.1 103', 'HTTP/1.1 200']);
    expect(answer.match(/Content-Length/g)).toHaveLength(1);
  });

  it('come after informational answers, of which a few are passed on', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
    const answer = await answerOf(`${hint.repeat(20)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`);

    expect(answer.match(/103 Early Hints\r\nLink: <\/a.css>/g)).toHaveLength(8);
    expect(answer).toContain('HTTP/1.1 200 OK');
  });
});
