import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { type Harness, startHarness } from './harness.ts';
import { RawClient } from './raw-client.ts';

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n';

/** A head as lines, `Host` included unless the vector is about it. */
function get(target: string, ...fields: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: shop.example', ...fields, '', ''].join('\r\n');
}

function post(...fields: string[]): string {
  return ['POST / HTTP/1.1', 'Host: shop.example', ...fields, '', ''].join('\r\n');
}

function head(...lines: string[]): string {
  return [...lines, '', ''].join('\r\n');
}

type Vector = [what: string, message: string, status: number, code: string];

const UNSAFE = 'gateway/unsafe-request';
const MALFORMED = 'gateway/malformed-request';

const HOSTS: Vector[] = [
  ['no Host', head('GET / HTTP/1.1'), 400, UNSAFE],
  ['no Host in HTTP/1.0', head('GET / HTTP/1.0'), 400, UNSAFE],
  ['two Hosts', head('GET / HTTP/1.1', 'Host: a.example', 'Host: b.example'), 400, UNSAFE],
  ['the same Host twice', head('GET / HTTP/1.1', 'Host: a.example', 'Host: a.example'), 400, UNSAFE],
  ['an empty Host before another', head('GET / HTTP/1.1', 'Host:', 'Host: a.example'), 400, UNSAFE],
  ['an empty Host', head('GET / HTTP/1.1', 'Host:'), 400, UNSAFE],
  ['a list of hosts', head('GET / HTTP/1.1', 'Host: a.example, b.example'), 400, UNSAFE],
  ['a host with a user', head('GET / HTTP/1.1', 'Host: user@a.example'), 400, UNSAFE],
  ['a host with a path', head('GET / HTTP/1.1', 'Host: a.example/b'), 400, UNSAFE],
  ['a host with a space', head('GET / HTTP/1.1', 'Host: a.example b'), 400, UNSAFE],
  ['a host of dots', head('GET / HTTP/1.1', 'Host: ..'), 400, UNSAFE],
  ['a host with an empty port', head('GET / HTTP/1.1', 'Host: a.example:'), 400, UNSAFE],
  ['a host with a port beyond 65535', head('GET / HTTP/1.1', 'Host: a.example:65536'), 400, UNSAFE],
  ['a host with two ports', head('GET / HTTP/1.1', 'Host: a.example:80:80'), 400, UNSAFE],
  ['a host beyond ASCII', head('GET / HTTP/1.1', 'Host: \xe4.example'), 400, UNSAFE],
];

const TARGETS: Vector[] = [
  ['an absolute form with another host', get('http://other.example/'), 400, UNSAFE],
  ['an absolute form with another port', get('http://shop.example:81/'), 400, UNSAFE],
  ['an absolute form with a user', get('http://user@shop.example/'), 400, UNSAFE],
  ['an absolute form with another scheme', get('https://shop.example/'), 400, UNSAFE],
  ['an absolute form without a host', get('http:///'), 400, UNSAFE],
  ['the asterisk form', head('OPTIONS * HTTP/1.1', 'Host: shop.example'), 400, UNSAFE],
  ['a double slash', get('//admin'), 400, UNSAFE],
  ['a double slash within', get('/a//b'), 400, UNSAFE],
  ['a dot segment', get('/a/../admin'), 400, UNSAFE],
  ['a single dot segment', get('/./admin'), 400, UNSAFE],
  ['a dot segment at the end', get('/a/..'), 400, UNSAFE],
  ['an escaped dot segment', get('/a/%2e%2e/admin'), 400, UNSAFE],
  ['a half escaped dot segment', get('/a/.%2E/admin'), 400, UNSAFE],
  ['a dot segment after an escaped slash', get('/a%2f../admin'), 400, UNSAFE],
  ['a dot segment before an escaped slash', get('/a/..%2Fadmin'), 400, UNSAFE],
  ['a twice escaped dot segment', get('/a/%252e%252e/admin'), 400, UNSAFE],
  ['a dot segment with a path parameter', get('/a/..;x=1/admin'), 400, UNSAFE],
  ['a dot segment with an escaped path parameter', get('/a/..%3bx/admin'), 400, UNSAFE],
  ['a dot segment before an escaped question mark', get('/a/..%3fx'), 400, UNSAFE],
  ['a dot segment before an escaped number sign', get('/a/..%23/admin'), 400, UNSAFE],
  ['a dot segment in overlong UTF-8', get('/a/%c0%ae%C0%AE/admin'), 400, UNSAFE],
  ['a slash in overlong UTF-8', get('/a/..%c0%afadmin'), 400, UNSAFE],
  ['a backslash', get('/a\\admin'), 400, UNSAFE],
  ['an escaped backslash', get('/a%5cadmin'), 400, UNSAFE],
  ['a null character', get('/a%00.txt'), 400, UNSAFE],
  ['a fragment', get('/a#b'), 400, UNSAFE],
  ['a fragment in the query', get('/a?b#c'), 400, UNSAFE],
  ['a malformed escape', get('/a%zz'), 400, UNSAFE],
  ['an escape cut short', get('/a%2'), 400, UNSAFE],
  ['a path without a slash', get('admin'), 400, MALFORMED],
];

const FRAMINGS: Vector[] = [
  ['two lengths', post('Content-Length: 5', 'Content-Length: 6') + 'hello', 400, MALFORMED],
  ['the same length twice', post('Content-Length: 5', 'Content-Length: 5') + 'hello', 400, MALFORMED],
  ['a length with leading zeros', post('Content-Length: 005') + 'hello', 400, UNSAFE],
  ['a signed length', post('Content-Length: +5') + 'hello', 400, MALFORMED],
  ['a negative length', post('Content-Length: -5') + 'hello', 400, MALFORMED],
  ['a hexadecimal length', post('Content-Length: 0x5') + 'hello', 400, MALFORMED],
  ['an empty length', post('Content-Length:') + 'hello', 400, MALFORMED],
  ['a list of lengths', post('Content-Length: 5, 5') + 'hello', 400, MALFORMED],
  ['a length beyond any count', post('Content-Length: 99999999999999999999'), 400, MALFORMED],
  ['length and chunks', post('Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n', 400, MALFORMED],
  ['chunks and length', post('Transfer-Encoding: chunked', 'Content-Length: 4') + '0\r\n\r\n', 400, MALFORMED],
  ['a coding with an empty element', post('Transfer-Encoding: ,chunked') + '0\r\n\r\n', 400, UNSAFE],
  ['two codings', post('Transfer-Encoding: gzip, chunked') + '0\r\n\r\n', 501, 'gateway/unsupported-transfer-coding'],
  ['two coding fields', post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + '0\r\n\r\n', 400, MALFORMED],
  ['a coding that is not the last', post('Transfer-Encoding: chunked, gzip') + '0\r\n\r\n', 400, MALFORMED],
  ['an unknown coding', post('Transfer-Encoding: xchunked') + '0\r\n\r\n', 501, 'gateway/unsupported-transfer-coding'],
  [
    'a coding in HTTP/1.0',
    head('POST / HTTP/1.0', 'Host: shop.example', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
    400,
    UNSAFE,
  ],
  ['a space before the colon', post('Content-Length : 5') + 'hello', 400, MALFORMED],
  ['a folded line', get('/', 'X-A: b', ' c'), 400, MALFORMED],
  ['a bare line feed', 'GET / HTTP/1.1\nHost: shop.example\n\n', 400, MALFORMED],
  ['a bare carriage return', get('/', 'X-A: b\rX-C: d'), 400, MALFORMED],
  ['a null character in a field', get('/', 'X-A: b\0c'), 400, MALFORMED],
  ['a name that is no token', get('/', 'X A: b'), 400, MALFORMED],
  ['no version', 'GET /\r\n\r\n', 400, UNSAFE],
  ['HTTP/2.0', head('GET / HTTP/2.0', 'Host: shop.example'), 400, UNSAFE],
  ['another expectation', post('Expect: 200-ok', 'Content-Length: 5'), 417, 'gateway/expectation-failed'],
];

const NAMES: Vector[] = [
  ['Content_Length', post('Content_Length: 5') + 'hello', 400, UNSAFE],
  ['Transfer_Encoding', post('Transfer_Encoding: chunked'), 400, UNSAFE],
  ['X_Forwarded_For', get('/', 'X_Forwarded_For: 10.0.0.1'), 400, UNSAFE],
  ['X-Forwarded_Proto', get('/', 'X-Forwarded_Proto: https'), 400, UNSAFE],
  ['x_forwarded_user', get('/', 'x_forwarded_user: admin'), 400, UNSAFE],
  ['X_Real_IP', get('/', 'X_Real_IP: 10.0.0.1'), 400, UNSAFE],
  ['Proxy_Connection', get('/', 'Proxy_Connection: close'), 400, UNSAFE],
  ['201 fields', get('/', ...Array.from({ length: 200 }, (_, i) => `X-${i}: a`)), 431, 'gateway/too-many-headers'],
  ['2,000 small fields', get('/', ...Array.from({ length: 2_000 }, () => 'a: b')), 431, 'gateway/too-many-headers'],
  ['a head of 20 KB', get('/', `X-A: ${'a'.repeat(20_000)}`), 431, 'gateway/too-many-headers'],
];

const METHODS: Vector[] = [
  ['TRACE', head('TRACE / HTTP/1.1', 'Host: shop.example'), 405, 'gateway/method-refused'],
  ['CONNECT', head('CONNECT shop.example:80 HTTP/1.1', 'Host: shop.example'), 405, 'gateway/method-refused'],
  ['an unknown method', head('BREW / HTTP/1.1', 'Host: shop.example'), 400, MALFORMED],
];

describe('a request that two servers could read differently', () => {
  const seen: string[] = [];
  let backend: Backend;
  let gateway: Harness;

  beforeAll(async () => {
    backend = await Backend.start((request, response) => {
      seen.push(request.url ?? '');
      response.end('reached');
    });
    gateway = await startHarness({ services: { orders: [backend.port] } });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
  });

  it.each([...HOSTS, ...TARGETS, ...FRAMINGS, ...NAMES, ...METHODS])(
    'is refused with what follows it: %s',
    async (...[, message, status, code]) => {
      using client = new RawClient(gateway.port);

      const answer = await client.send(message + SMUGGLED).untilClosed();

      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('Connection: close');
      expect(answer).toContain('application/problem+json');
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status, code });
      expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
      expect(seen).toEqual([]);
    },
  );

  it.each([
    ['CONNECT', 'CONNECT shop.example:80 HTTP/1.1\r\nHost: shop.example\r\n\r\n'],
    ['no HTTP', 'no HTTP\r\n\r\n'],
  ])('is never answered in the place of the one before it: %s', async (_what, message) => {
    await using slow = await Backend.start(() => undefined);
    await using behind = await startHarness({ services: { orders: [slow.port] } });
    using client = new RawClient(behind.port);

    const answer = await client.send(get('/') + message).untilClosed();

    expect(answer).toBe('');
  });
});
