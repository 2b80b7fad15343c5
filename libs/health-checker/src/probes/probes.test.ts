import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';

import { FakeClock, FaultProxy, freePort } from '@signalbox/testkit';

import { HealthChecker } from '../health-checker.ts';
import { httpProbe, type HttpProbeOptions } from './http-probe.ts';
import { serviceProbe } from './service-probe.ts';
import { tcpProbe, type TcpProbeOptions } from './tcp-probe.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const patience = () => new AbortController().signal;

describe('httpProbe', () => {
  it.each([
    [200, 'pass'],
    [204, 'pass'],
    [299, 'pass'],
    [300, 'fail'],
    [302, 'fail'],
    [404, 'fail'],
    [503, 'fail'],
  ])('takes status %d for a %s', async (statusCode, status) => {
    await using server = await serve((_request, response) => response.writeHead(statusCode, { location: '/' }).end());

    const result = await httpProbe({ url: `http://127.0.0.1:${server.port}/health` })(patience());

    expect(result).toEqual({ status, output: `HTTP ${statusCode}` });
  });

  it('passes on the statuses that are expected, and on no other', async () => {
    await using server = await serve((_request, response) => response.writeHead(401).end());
    const url = `http://127.0.0.1:${server.port}/`;

    expect(await httpProbe({ url, expectedStatuses: [401] })(patience())).toMatchObject({ status: 'pass' });
    expect(await httpProbe({ url, expectedStatuses: [200] })(patience())).toMatchObject({ status: 'fail' });
  });

  it('does not wait for a body that never ends', async () => {
    await using server = await serve((_request, response) => response.writeHead(200).write('endless'));

    const result = await httpProbe({ url: `http://127.0.0.1:${server.port}/` })(patience());

    expect(result.status).toBe('pass');
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    const result = await httpProbe({ url: `http://user:hunter2@127.0.0.1:${port}/` })(patience());

    expect(result).toEqual({ status: 'fail', output: `connect ECONNREFUSED 127.0.0.1:${port}` });
  });

  it('ends when its signal is aborted while the server hangs', async () => {
    await using server = await serve(() => undefined);
    const stop = new AbortController();
    const probing = httpProbe({ url: `http://127.0.0.1:${server.port}/` })(stop.signal);

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
  });

  it('says nothing of a malformed address that may hold credentials', () => {
    expect(() => httpProbe({ url: 'http://user:hunter2@[broken/' })).toThrow(
      new TypeError('httpProbe url: must be http or https, not malformed'),
    );
  });

  it('sends credentials and headers that it is given, over a connection that it does not keep', async () => {
    const seen: Record<string, unknown>[] = [];
    await using server = await serve((request, response) => {
      seen.push({ method: request.method, ...request.headers });
      response.end('ok');
    });

    const url = `http://user:hunter2@127.0.0.1:${server.port}/`;
    await httpProbe({ url, headers: { 'x-probe': 'yes' } })(patience());

    const authorization = `Basic ${Buffer.from('user:hunter2').toString('base64')}`;
    expect(seen).toMatchObject([{ method: 'GET', authorization, 'x-probe': 'yes', connection: 'close' }]);
  });

  it('asks by the method that it is given', async () => {
    const seen: unknown[] = [];
    await using server = await serve((request, response) => {
      seen.push(request.method);
      response.end();
    });

    await httpProbe({ url: `http://127.0.0.1:${server.port}/`, method: 'HEAD' })(patience());

    expect(seen).toEqual(['HEAD']);
  });

  it.each([
    [{ method: 'GET IT' }, new TypeError('httpProbe method: must be a token such as GET, not "GET IT"')],
    [{ method: '' }, new TypeError('httpProbe method: must be a token such as GET, not ""')],
    [
      { headers: { authorization: 'Bearer hunter2\n' } },
      new TypeError('httpProbe headers: must be such as can be sent, not that of "authorization"'),
    ],
    [{ headers: { 'x y': '1' } }, new TypeError('httpProbe headers: must be such as can be sent, not that of "x y"')],
    [
      { expectedStatuses: [] },
      new RangeError('httpProbe expectedStatuses: must be integers from 100 to 599, one at least, not []'),
    ],
    [
      { expectedStatuses: [200, 600] },
      new RangeError('httpProbe expectedStatuses: must be integers from 100 to 599, one at least, not [200, 600]'),
    ],
    [
      { expectedStatuses: [99] },
      new RangeError('httpProbe expectedStatuses: must be integers from 100 to 599, one at least, not [99]'),
    ],
    [{ url: 5 }, new TypeError('httpProbe url: must be of type string, not 5')],
    [{ url: new URL('http://a:hunter2@b') }, new TypeError('httpProbe url: must be of type string, not an object')],
    [{ method: null }, new TypeError('httpProbe method: must be of type string, not null')],
    [{ headers: 'x: 1' }, new TypeError('httpProbe headers: must be of type object, not "x: 1"')],
    [{ expectedStatuses: 200 }, new TypeError('httpProbe expectedStatuses: must be an array, not 200')],
    [{ expectedStatuses: {} }, new TypeError('httpProbe expectedStatuses: must be an array, not an object')],
    [{ lookup: '8.8.8.8' }, new TypeError('httpProbe lookup: must be of type function, not "8.8.8.8"')],
    [
      { timeout: 5 },
      new TypeError('httpProbe: has no option "timeout"; there are url, method, headers, expectedStatuses, lookup'),
    ],
  ])('refuses %o', (options, error) => {
    expect(() => httpProbe({ url: 'http://stock', ...options } as HttpProbeOptions)).toThrow(error);
  });

  it('takes statuses up to the ends of their range, and what is undefined for what is not there', () => {
    const options = { method: undefined, headers: undefined, lookup: undefined };

    expect(httpProbe({ url: 'http://stock', expectedStatuses: [100, 599], ...options })).toBeTypeOf('function');
    expect(httpProbe({ url: 'http://stock', expectedStatuses: undefined })).toBeTypeOf('function');
  });

  it('refuses what is no http address', () => {
    expect(() => httpProbe({ url: 'file:///etc/passwd' })).toThrow('must be http or https, not "file:"');
  });
});

describe('serviceProbe', () => {
  it.each(['', '/', '/shop', '/shop//'])('asks for /health below a base address that ends with "%s"', async (base) => {
    const asked: string[] = [];
    await using server = await serve(({ method, url }, response) => {
      asked.push(`${method ?? ''} ${url ?? ''}`);
      response.end();
    });

    const result = await serviceProbe({ url: `http://127.0.0.1:${server.port}${base}` })(patience());

    expect(result).toEqual({ status: 'pass', output: 'HTTP 200' });
    expect(asked).toEqual([base.startsWith('/shop') ? 'GET /shop/health' : 'GET /health']);
  });

  it('keeps the query of a base address, and asks for the /health of its path', async () => {
    const asked: string[] = [];
    await using server = await serve(({ url }, response) => {
      asked.push(url ?? '');
      response.end();
    });

    await serviceProbe({ url: `http://127.0.0.1:${server.port}/shop?tenant=1` })(patience());

    expect(asked).toEqual(['/shop/health?tenant=1']);
  });

  it('refuses options that httpProbe would', () => {
    expect(() => serviceProbe(undefined as unknown as HttpProbeOptions)).toThrow(
      new TypeError('serviceProbe options: must be of type object, not undefined'),
    );
    expect(() => serviceProbe({ url: 'http://stock', method: 'GET IT' })).toThrow('must be a token such as GET');
  });

  it('refuses what is no http address by its own name', () => {
    expect(() => serviceProbe({ url: 'stock' })).toThrow(
      new TypeError('serviceProbe url: must be http or https, not malformed'),
    );
  });

  it('gives a service 10 s by default', async () => {
    await using server = await serve(() => undefined);
    const clock = new FakeClock();
    const probe = serviceProbe({ url: `http://127.0.0.1:${server.port}` });
    const health = new HealthChecker({ clock })
      .addDependency('stock', probe)
      .addDependency('prices', probe, { timeoutMs: 1_000 });
    health.start();
    const statuses = () =>
      Object.values(health.answer('/health/detailed').body.checks ?? {}).map(({ status }) => status);

    await clock.advance(9_999);
    expect(statuses()).toEqual(['unknown', 'fail']);
    await clock.advance(1);
    expect(statuses()).toEqual(['fail', 'fail']);
    await health.close();
  });
});

describe('tcpProbe', () => {
  it('passes when a connection is accepted, and leaves none behind', async () => {
    await using server = await serve(() => undefined);
    await using proxy = await FaultProxy.start(server);

    expect(await tcpProbe({ host: '127.0.0.1', port: proxy.port })(patience())).toEqual({ status: 'pass' });
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    expect(await tcpProbe({ host: '127.0.0.1', port })(patience())).toEqual({
      status: 'fail',
      output: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it.each([0, -1, 1.5, NaN, 65_536])('refuses %d, which is no port', (port) => {
    expect(() => tcpProbe({ host: '127.0.0.1', port })).toThrow(
      new RangeError(`tcpProbe port: must be an integer from 1 to 65535, not ${port}`),
    );
  });

  it.each([1, 65_535])('takes port %d', (port) => {
    expect(tcpProbe({ host: '127.0.0.1', port, lookup: undefined })).toBeTypeOf('function');
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ host: '127.0.0.1', port: '80' }, ' port: must be of type number, not "80"'],
    [{ host: '127.0.0.1', port: 80, lookup: {} }, ' lookup: must be of type function, not an object'],
    [{ host: '127.0.0.1', port: 80, tls: true }, ': has no option "tls"; there are host, port, lookup'],
  ])('refuses %j', (options, message) => {
    expect(() => tcpProbe(options as TcpProbeOptions)).toThrow(new TypeError(`tcpProbe${message}`));
  });

  it('shows nothing of what stands before a host', () => {
    expect(() => tcpProbe({ host: 'app:hunter2@db', port: 5432 })).toThrow(
      new TypeError('tcpProbe host: must be an IP address or a host name, not "db"'),
    );
  });

  it.each(['', 'a host', 'stock/orders'])('refuses "%s", which is no host', (host) => {
    expect(() => tcpProbe({ host, port: 80 })).toThrow(
      new TypeError(`tcpProbe host: must be an IP address or a host name, not "${host}"`),
    );
  });

  it('refuses a host that is missing: Node takes that for this machine', () => {
    const options = { port: 80 } as { host: string; port: number }; // what a program in JavaScript can do

    expect(() => tcpProbe(options)).toThrow(new TypeError('tcpProbe host: must be of type string, not undefined'));
  });

  it('ends at once when its signal was aborted before', async () => {
    expect(await tcpProbe({ host: '127.0.0.1', port: 1 })(AbortSignal.abort())).toMatchObject({ status: 'fail' });
  });
});
