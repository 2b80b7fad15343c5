import type { IncomingMessage } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { type Harness, startHarness } from './harness.ts';
import { RawClient } from './raw-client.ts';

/** What reached the backend of one request. */
interface Seen {
  readonly target: string;
  readonly fields: readonly string[];
  readonly body: string;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks = await request.toArray();
  return Buffer.concat(chunks as Buffer[]).toString(); // no encoding is set: chunks are bytes
}

describe('a request that is sent on', () => {
  let seen: Seen[] = [];
  let backend: Backend;
  let gateway: Harness;

  beforeAll(async () => {
    backend = await Backend.start((request, response) => {
      void readAll(request).then((body) => {
        seen.push({ target: request.url ?? '', fields: request.rawHeaders, body });
        response.end('reached');
      });
    });
    gateway = await startHarness({
      services: { orders: [backend.port] },
      settings: { SIGNALBOX_TRUSTED_PROXIES: 'none' },
    });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
  });

  async function exchange(message: string): Promise<Seen> {
    seen = [];
    using client = new RawClient(gateway.port);
    await client.send(message).until('reached');
    const [only, ...others] = seen;
    expect(others).toEqual([]);
    if (only === undefined) {
      throw new Error('nothing reached the backend');
    }
    return only;
  }

  const valueOf = ({ fields }: Seen, name: string) =>
    fields.flatMap((field, i) => (i % 2 === 1 && fields[i - 1]?.toLowerCase() === name ? [field] : []));

  it.each([
    ['/', '/'],
    ['/a/b?c=d', '/a/b?c=d'],
    ['/a?url=http://x//y/../z', '/a?url=http://x//y/../z'],
    ['/a?b=%00%zz', '/a?b=%00%zz'],
    ['/@scope%2Fname', '/@scope%2Fname'],
    ['/%7Euser/%61', '/%7Euser/%61'],
    ['/a.b/..c/d..', '/a.b/..c/d..'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['http://shop.example/a?b', '/a?b'],
    ['HTTP://Shop.Example:80/a', '/a'],
    ['http://shop.example', '/'],
    ['http://shop.example?q', '/?q'],
  ])('keeps its target: %s', async (target, expected) => {
    const reached = await exchange(`GET ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`);

    expect(reached.target).toBe(expected);
  });

  it.each(['shop.example', 'SHOP.example:8080', 'shop.example.', '10.0.0.1', '[::1]:80', 'a_b-c.example'])(
    'keeps its Host: %s',
    async (host) => {
      const reached = await exchange(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

      expect(valueOf(reached, 'host')).toEqual([host]);
    },
  );

  it('keeps the spelling, order and number of its fields', async () => {
    const reached = await exchange(
      'GET / HTTP/1.1\r\nHost: a\r\nX-ONE: 1\r\nx-two: \xe42\r\nX-One: 3\r\nX_Custom: 4\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n',
    );

    expect(reached.fields.join('|')).toContain('X-ONE|1|x-two|\xe42|X-One|3|X_Custom|4|Cookie|a=b|Cookie|c=d');
  });

  it('loses what concerns only its connection, also what Connection names', async () => {
    const reached = await exchange(
      [
        'GET / HTTP/1.1',
        'Host: a',
        'Connection: Keep-Alive, X-Secret ,close',
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic abc',
        'TE: trailers',
        'X-SECRET: 1',
        'X-Kept: 1',
        '',
        '',
      ].join('\r\n'),
    );

    const names = reached.fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toEqual([
      'host',
      'connection',
      'x-kept',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-forwarded-host',
      'x-real-ip',
      'forwarded',
    ]);
  });

  it('can not take the forwarded fields away by naming them in Connection', async () => {
    const reached = await exchange(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Forwarded-For, Host, Forwarded\r\n\r\n',
    );

    expect(valueOf(reached, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valueOf(reached, 'host')).toEqual(['a']);
  });

  it('says for whom it is, and not what an unknown client claims', async () => {
    const reached = await exchange(
      [
        'GET / HTTP/1.1',
        'Host: shop.example:8080',
        'X-Forwarded-For: 10.9.9.9',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Port: 443',
        'X-Forwarded-Prefix: /evil',
        'X-Real-IP: 10.9.9.9',
        'Forwarded: for=10.9.9.9',
        '',
        '',
      ].join('\r\n'),
    );

    expect(valueOf(reached, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valueOf(reached, 'x-forwarded-proto')).toEqual(['http']);
    expect(valueOf(reached, 'x-forwarded-host')).toEqual(['shop.example:8080']);
    expect(valueOf(reached, 'x-forwarded-port')).toEqual([]);
    expect(valueOf(reached, 'x-forwarded-prefix')).toEqual([]);
    expect(valueOf(reached, 'x-real-ip')).toEqual(['127.0.0.1']);
    expect(valueOf(reached, 'forwarded')).toEqual(['for=127.0.0.1;host="shop.example:8080";proto=http']);
  });

  it('has a body of announced length, of chunks, or none', async () => {
    const sized = await exchange('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello');
    const chunked = await exchange(
      'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    );
    const empty = await exchange('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    const deleting = await exchange('DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
    const getting = await exchange('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');

    expect([sized.body, valueOf(sized, 'content-length')]).toEqual(['hello', ['5']]);
    expect([chunked.body, valueOf(chunked, 'transfer-encoding')]).toEqual(['hello', ['chunked']]);
    expect([empty.body, valueOf(empty, 'content-length')]).toEqual(['', ['0']]);
    expect([deleting.body, getting.body]).toEqual(['hi', 'hi']);
  });

  it('is told to continue where it waits for that', async () => {
    using client = new RawClient(gateway.port);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');

    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    const answer = await client.send('hello').until('reached');

    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(seen.at(-1)?.fields.join('|').toLowerCase()).not.toContain('expect');
  });

  it('is answered in HTTP/1.1 where it asks for HTTP/2, and the upstream is not asked', async () => {
    const reached = await exchange(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n',
    );

    expect(reached.fields.join('|').toLowerCase()).not.toMatch(/upgrade|h2c|http2/);
  });

  it('may have 200 fields', async () => {
    const fields = Array.from({ length: 199 }, (_, i) => `X-${i}: a`);
    const reached = await exchange(['GET / HTTP/1.1', 'Host: a', ...fields, '', ''].join('\r\n'));

    expect(valueOf(reached, 'x-198')).toEqual(['a']);
  });

  it('is answered in HTTP/1.0 without chunks', async () => {
    using client = new RawClient(gateway.port);

    const answer = await client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n').untilClosed();

    expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(answer).not.toContain('Transfer-Encoding');
    expect(answer.endsWith('\r\n\r\nreached')).toBe(true);
  });

  it('may follow another on its connection, also before that is answered', async () => {
    using client = new RawClient(gateway.port);
    const one = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
    seen = [];

    client.send(one('/1') + one('/2') + one('/3'));
    await client.until('reached');
    while ((client.received.match(/reached/g)?.length ?? 0) < 3) {
      await client.next();
    }

    expect(seen.map(({ target }) => target).sort()).toEqual(['/1', '/2', '/3']);
  });
});

describe('a client that pipelines without end', () => {
  it('has no more than 100 requests under way', async () => {
    let asked = 0;
    await using backend = await Backend.start((_request, response) => {
      asked += 1;
      backend.server.once('full', () => response.end('reached'));
      if (asked === 100) {
        backend.server.emit('full');
      }
    });
    backend.server.setMaxListeners(0);
    await using gateway = await startHarness({ services: { orders: [backend.port] } });
    using client = new RawClient(gateway.port);

    const answers = await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(150)).untilClosed();

    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(100);
    expect(answers.match(/HTTP\/1\.1 503/g)).toHaveLength(1);
    expect(answers).toContain('gateway/overloaded');
    expect(asked).toBe(100);
  });
});

describe('a request from a trusted proxy', () => {
  it('keeps what the proxy says, and has this hop added', async () => {
    let fields: readonly string[] = [];
    await using backend = await Backend.start((request, response) => {
      fields = request.rawHeaders;
      response.end('reached');
    });
    await using gateway = await startHarness({
      services: { orders: [backend.port] },
      settings: { SIGNALBOX_TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1' },
    });
    using client = new RawClient(gateway.port);

    await client
      .send(
        'GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\nX-Forwarded-Port: 443\r\nForwarded: for=2.2.2.2\r\n\r\n',
      )
      .until('reached');

    const text = fields.join('|');
    expect(text).toContain('X-Forwarded-For|1.1.1.1, 2.2.2.2, 127.0.0.1');
    expect(text).toContain('X-Forwarded-Proto|https');
    expect(text).toContain('X-Forwarded-Host|b');
    expect(text).toContain('X-Forwarded-Port|443');
    expect(text).toContain('X-Real-IP|2.2.2.2');
    expect(text).toContain('Forwarded|for=2.2.2.2, for=127.0.0.1;host=a;proto=http');
  });
});
