import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';

import { FakeClock, FaultProxy, freePort } from '@signalbox/testkit';

import { HealthChecker } from '../health-checker.ts';
import { httpProbe } from './http-probe.ts';
import { serviceProbe } from './service-probe.ts';
import { tcpProbe } from './tcp-probe.ts';

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
  ])('refuses %o', (options, error) => {
    expect(() => httpProbe({ url: 'http://stock', ...options })).toThrow(error);
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

  it('refuses what is no port', () => {
    expect(() => tcpProbe({ host: '127.0.0.1', port: 70_000 })).toThrow(
      'must be an integer from 1 to 65535, not 70000',
    );
  });

  it.each(['', 'a host', 'stock/orders'])('refuses "%s", which is no host', (host) => {
    expect(() => tcpProbe({ host, port: 80 })).toThrow(
      new TypeError(`tcpProbe host: must be an IP address or a host name, not "${host}"`),
    );
  });

  it('refuses a host that is missing: Node takes that for this machine', () => {
    const options = { port: 80 } as { host: string; port: number }; // what a program in JavaScript can do

    expect(() => tcpProbe(options)).toThrow(
      new TypeError('tcpProbe host: must be an IP address or a host name, not "undefined"'),
    );
  });

  it('ends at once when its signal was aborted before', async () => {
    expect(await tcpProbe({ host: '127.0.0.1', port: 1 })(AbortSignal.abort())).toMatchObject({ status: 'fail' });
  });
});
