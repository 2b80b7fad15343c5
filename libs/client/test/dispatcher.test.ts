import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { NoInstancesError, UnreachableError } from '../src/index.ts';
import { answering, listen, named } from './calls.ts';
import { dispatching, RELEASES, URL_OF_PRODUCTS } from './dispatching.ts';
import { anInstance } from './fake-registry.ts';

/** More than a socket holds, so that it does not come at once. */
const LONG_BODY = 'long '.repeat(400_000);

describe.each(RELEASES)('a dispatcher of undici %s', (_release, undici) => {
  it('sends what request and fetch send, to the instances in turn', async () => {
    await using first = await listen(named('first'));
    await using second = await listen(named('second'));
    await using mine = await dispatching(undici, [
      anInstance({ id: '1', port: first.port }),
      anInstance({ id: '2', port: second.port }),
    ]);
    const { dispatcher } = mine;

    const requested = await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST', body: 'hello' });
    const fetched = await undici.fetch(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: 'again' });

    const [one, other] = [await requested.body.text(), await fetched.text()];
    expect(one).toMatch(/ POST \/api\/products\?page=2 hello$/);
    expect(other).toMatch(/ PUT \/api\/products\?page=2 again$/);
    expect(new Set([one, other].map((answer) => answer.split(' ')[0]))).toEqual(new Set(['first', 'second']));
  });

  it('picks the service by the host, where it is composed into an agent', async () => {
    await using server = await listen(named('composed'));
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);
    const dispatcher = mine.agent.compose(mine.services.interceptor());

    const answer = await undici.request('http://products/api', { dispatcher });
    const nobody = undici.request('http://orders/api', { dispatcher });

    expect(await answer.body.text()).toBe('composed GET /api');
    await expect(nobody).rejects.toThrow(NoInstancesError);
  });

  it('passes headers of every form on, and a body of megabytes as it comes', async () => {
    await using server = await listen(({ headers }, response) => {
      response.writeHead(200, { 'x-seen': String(headers['x-mine']) }).end(LONG_BODY);
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);
    const { dispatcher } = mine;

    for (const headers of [{ 'x-mine': ['1', '2'] }, ['x-mine', '1, 2'], new Map([['x-mine', '1, 2']])]) {
      const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher, headers });

      expect(answer.headers['x-seen']).toBe('1, 2');
      expect(await answer.body.text()).toBe(LONG_BODY);
    }
  });

  it('tries again elsewhere what is unreachable, and what an instance can not serve', async () => {
    const dead = await freePort();
    await using failing = await listen((_request, response) => {
      response.writeHead(503).end(LONG_BODY);
    });
    await using server = await listen(named('alive'));
    await using mine = await dispatching(undici, [
      anInstance({ id: '1', port: dead }),
      anInstance({ id: '2', port: failing.port }),
      anInstance({ id: '3', port: server.port }),
    ]);
    const { dispatcher } = mine;

    const answers = [
      await undici.request(URL_OF_PRODUCTS, { dispatcher }),
      await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: 'twice' }),
      await undici.request(URL_OF_PRODUCTS, { dispatcher }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await answers[1]?.body.text()).toBe('alive PUT /api/products?page=2 twice');
  });

  it.each([
    ['short', 'unavailable'],
    ['long', LONG_BODY],
    ['empty', ''],
  ])('hands the last answer on with its body: %s', async (_length, body) => {
    let asked = 0;
    await using server = await listen((_request, response) => {
      asked += 1;
      response.writeHead(503, { 'x-asked': String(asked) }).end(body);
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });

    expect([answer.statusCode, answer.headers['x-asked']]).toEqual([503, '3']);
    expect(await answer.body.text()).toBe(body);
  });

  it('hands an answer on that its instance ended with the connection', async () => {
    await using server = await listen((_request, response) => {
      response.writeHead(503, { connection: 'close' }).end('closing');
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });

    expect([answer.statusCode, await answer.body.text()]).toEqual([503, 'closing']);
  });

  it('tries nothing again that is not idempotent or has a stream as its body', async () => {
    const dead = await freePort();
    await using mine = await dispatching(undici, [anInstance({ port: dead })], {
      breaker: { trip: { consecutiveFailures: 3 } },
    });
    const { dispatcher } = mine;
    const stream = new Blob(['once']).stream();

    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST' })).rejects.toThrow(UnreachableError);
    await expect(
      undici.fetch(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: stream, duplex: 'half' }),
    ).rejects.toMatchObject({ cause: { name: 'UnreachableError' } });

    expect([...mine.services.breakers].map((breaker) => breaker.snapshot().failureCount)).toEqual([2]);
  });

  it('tries a POST again that is said to be idempotent', async () => {
    await using server = await listen(answering([503]));
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);
    const dispatcher = mine.services.dispatcher('products', mine.agent, { isIdempotent: true });

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST', body: 'same' });

    expect([answer.statusCode, await answer.body.text()]).toEqual([200, 'same']);
  });

  it('sends a child of the traceparent with each attempt', async () => {
    const seen: unknown[] = [];
    await using server = await listen(({ headers }, response) => {
      seen.push(headers['traceparent']);
      response.writeHead(seen.length === 1 ? 503 : 200).end();
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);
    const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`;

    await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher, headers: { traceparent } });

    expect(new Set([...seen, traceparent]).size).toBe(3);
    seen.forEach((header) => {
      expect(header).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-.{16}-01$/);
    });
  });

  it('upgrades a connection to an instance', async () => {
    await using server = await listen(named('not asked'));
    server.http.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhello');
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);

    const { socket } = await undici.upgrade(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher, protocol: 'echo' });

    expect(await text(socket)).toBe('hello');
    socket.destroy();
    await once(socket, 'close');
  });
});
