import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { HealthChecker } from '@signalbox/health-checker';
import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import type { CommonSettings } from './settings.ts';

import { digestOf } from './auth/tokens.ts';
import { authorize, createService, type ServiceOptions } from './service.ts';

const SETTINGS: CommonSettings = { host: '127.0.0.1', port: 0, logLevel: 'silent', drainNoticeMs: 0 };

class TeapotError extends Error {}

async function startService(options: Partial<ServiceOptions> = {}) {
  const service = await createService({
    name: 'teapot',
    version: '1.0.0',
    description: 'a service of tests',
    settings: SETTINGS,
    health: new HealthChecker({ clock: new FakeClock() }),
    toProblem: (error) =>
      error instanceof TeapotError ? { status: 418, code: 'teapot/is-one', detail: error.message, size: 3 } : undefined,
    ...options,
  });
  service.http.get('/cups/:cup', { schema: { params: z.object({ cup: z.coerce.number().int() }) } }, (request) => ({
    cup: request.params.cup,
  }));
  service.http.get('/brew', () => {
    throw new TeapotError('short and stout');
  });
  service.http.get('/break', () => {
    throw new Error('the password is hunter2');
  });
  service.http.get('/write', (request) => {
    authorize(request, 'write', { service: 'orders' });
    return { written: true };
  });
  return { ...service, [Symbol.asyncDispose]: service.close };
}

describe('createService', () => {
  it('answers a route with what its schema read', async () => {
    await using service = await startService();

    const response = await service.http.inject('/cups/7');

    expect(response.json()).toEqual({ cup: 7 });
  });

  it('tells which part of a request is invalid', async () => {
    await using service = await startService();

    const response = await service.http.inject('/cups/many');

    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'request/invalid', errors: [{ pointer: '/cup' }] });
  });

  it("turns the app's own errors into problems with their extensions", async () => {
    await using service = await startService();

    const response = await service.http.inject('/brew');

    expect(response.json()).toEqual({
      type: 'about:blank',
      title: "I'm a Teapot",
      status: 418,
      code: 'teapot/is-one',
      detail: 'short and stout',
      size: 3,
    });
  });

  it('keeps the message of an unforeseen error to itself', async () => {
    await using service = await startService();

    const response = await service.http.inject('/break');

    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: 'internal' });
    expect(response.body).not.toContain('hunter2');
  });

  it('names the path that nothing is at', async () => {
    await using service = await startService();

    const response = await service.http.inject('/nowhere?token=secret');

    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'request/not-found', detail: 'nothing at GET /nowhere' });
  });

  it('answers a path that can not be decoded with a problem as well', async () => {
    await using service = await startService();

    const response = await service.http.inject('/cups/%ff');

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'request/invalid' });
  });

  it('refuses a body over its limit', async () => {
    await using service = await startService({ bodyLimitBytes: 10 });
    service.http.post('/cups', () => ({}));

    const response = await service.http.inject({ method: 'POST', url: '/cups', payload: { tea: 'a lot of it' } });

    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({ code: 'request/too-large' });
  });

  it('answers probes, metrics and its own description without credentials, and nothing else', async () => {
    await using directory = await temporaryDirectory();
    const tokensFile = join(directory.path, 'tokens.json');
    const tokens = [{ name: 'dashboard', sha256: digestOf('look'), role: 'reader' }];
    await writeFile(tokensFile, JSON.stringify(tokens));
    await using service = await startService({ settings: { ...SETTINGS, tokensFile } });

    const statusOf = async (url: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await service.http.inject({ url, headers })).statusCode;
    };

    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/metrics')).toBe(200);
    expect(await statusOf('/openapi.json')).toBe(200);
    expect(await statusOf('/cups/7')).toBe(401);
    expect(await statusOf('/cups/7', 'guess')).toBe(401);
    expect(await statusOf('/cups/7', 'look')).toBe(200);
    expect(await statusOf('/write', 'look')).toBe(403);
  });

  it('describes its routes from their schemas', async () => {
    await using service = await startService();

    const document: unknown = (await service.http.inject('/openapi.json')).json();

    expect(document).toMatchObject({ openapi: '3.1.0', paths: { '/cups/{cup}': { get: {} } } });
  });

  it('counts its answers by route', async () => {
    await using service = await startService();
    await service.http.inject('/cups/7');

    const metrics = await service.http.inject('/metrics');

    expect(metrics.body).toContain(
      'signalbox_http_request_duration_seconds_count{method="GET",route="/cups/:cup",status="200"} 1',
    );
  });

  it('says among its metrics whether it is ready', async () => {
    await using service = await startService();

    const metrics = await service.http.inject('/metrics');

    expect(metrics.body).toContain('signalbox_health_ready 1');
  });

  it('answers readiness with 503, and everything else as before, until its notice is over', async () => {
    const clock = new FakeClock();
    await using service = await startService({
      settings: { ...SETTINGS, drainNoticeMs: 5_000 },
      health: new HealthChecker({ clock }),
    });
    const { port } = await service.listen();
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    const closed = service.close();

    await clock.advance(4_999);
    expect([await statusOf('/health/ready'), await statusOf('/cups/7')]).toEqual([503, 200]);
    await clock.advance(1);
    await closed;

    await expect(statusOf('/health/ready')).rejects.toThrow('fetch failed');
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // a listening TCP server has an AddressInfo
    await using service = await startService({ settings: { ...SETTINGS, port } });

    await expect(service.listen()).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
    other.close();
  });
});

describe('the body of a request', () => {
  const BYTES = 1_048_576;

  async function statusOf(bytes: number, options: Partial<ServiceOptions> = {}) {
    await using service = await startService(options);
    service.http.post('/cups', () => ({ taken: true }));
    const payload = JSON.stringify('x'.repeat(bytes - 2));
    const headers = { 'content-type': 'application/json' };
    return (await service.http.inject({ method: 'POST', url: '/cups', headers, payload })).statusCode;
  }

  it('may have a mebibyte, and no byte more, by default', async () => {
    expect(await statusOf(BYTES)).toBe(200);
    expect(await statusOf(BYTES + 1)).toBe(413);
  });

  it.each([0, 1.5, Number.NaN, 104_857_601])('is not limited to %d bytes', async (bodyLimitBytes) => {
    await expect(statusOf(2, { bodyLimitBytes })).rejects.toThrow(
      new RangeError(`Service bodyLimitBytes: must be an integer from 1 to 104857600, not ${bodyLimitBytes}`),
    );
  });
});
