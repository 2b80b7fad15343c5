import { describe, expect, it } from 'vitest';

import { type StartedApp, startShop } from './start-app.ts';

const PATH = '/config/orders/production';
const CHANGE = { service: 'orders', environment: 'production', set: { 'db.poolSize': 30 } };

async function etagOf(app: StartedApp): Promise<string> {
  return (await app.get(PATH)).headers.get('etag') ?? '';
}

async function instancesOf(app: StartedApp): Promise<unknown> {
  return ((await (await app.get('/admin/instances')).json()) as { instances: unknown }).instances;
}

function report(app: StartedApp, verdict: unknown): Promise<Response> {
  return fetch(`${app.url}${PATH}/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(verdict),
  });
}

/** Resolves once so many instances are known: what polls has arrived then. */
async function untilPolled(app: StartedApp, count: number): Promise<void> {
  while (((await instancesOf(app)) as unknown[]).length < count) {
    // asking again is the event: each answer comes after what arrived before it
  }
}

describe('GET /config/{service}/{environment}?wait', () => {
  it('is answered when the configuration changes', async () => {
    await using app = await startShop();
    const etag = await etagOf(app);
    const waiting = app.get(`${PATH}?wait=60s&instanceId=orders-1`, { 'if-none-match': etag });
    await untilPolled(app, 1);

    const updated = (await (await app.update(CHANGE)).json()) as { instances: unknown };

    const response = await waiting;
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).not.toBe(etag);
    await expect(response.json()).resolves.toMatchObject({ db: { poolSize: 30 } });
    expect(updated.instances).toEqual([{ service: 'orders', environment: 'production', instanceId: 'orders-1' }]);
  });

  it('is answered 304 after that time', async () => {
    await using app = await startShop();
    const etag = await etagOf(app);

    const response = await app.get(`${PATH}?wait=10ms`, { 'if-none-match': etag });

    expect(response.status).toBe(304);
  });

  it('is answered at once to whoever has something else, or nothing, or asks for what is not there', async () => {
    await using app = await startShop();

    expect((await app.get(`${PATH}?wait=60s`)).status).toBe(200);
    expect((await app.get(`${PATH}?wait=60s`, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await app.get('/config/nobody/production?wait=60s')).status).toBe(404);
  });

  it('does not keep the server from ending', async () => {
    const app = await startShop();
    const etag = await etagOf(app);
    const waiting = app.get(`${PATH}?wait=60s&instanceId=orders-1`, { 'if-none-match': etag });
    await untilPolled(app, 1);

    await app[Symbol.asyncDispose]();

    expect((await waiting).status).toBe(304);
  });

  it.each(['wait=61s', 'wait=x', 'wait=1s&label=main', 'wait=1s&explain=true', 'instanceId=orders-1'])(
    'refuses %s',
    async (query) => {
      await using app = await startShop();

      expect((await app.get(`${PATH}?${query}`)).status).toBe(400);
    },
  );
});

describe('POST /config/{service}/{environment}/verdicts', () => {
  it('tells of an instance without a socket what it applied and rejected', async () => {
    await using app = await startShop();
    const served = (await etagOf(app)).replaceAll('"', '');
    const instance = { service: 'orders', environment: 'production', instanceId: 'orders-1', served };

    const applied = await report(app, { type: 'applied', instanceId: 'orders-1', etag: 'a' });
    expect(applied.status).toBe(204);
    expect(await instancesOf(app)).toEqual([{ ...instance, applied: 'a' }]);
    await report(app, { type: 'rejected', instanceId: 'orders-1', etag: 'b', reason: 'db: too small' });

    const rejected = { etag: 'b', reason: 'db: too small' };
    expect(await instancesOf(app)).toEqual([{ ...instance, applied: 'a', rejected }]);
    expect(app.log.join('')).toContain('configuration rejected by an instance');
  });

  it.each([{ type: 'applied', etag: 'a' }, { type: 'rejected', instanceId: 'orders-1', etag: 'a' }, {}])(
    'refuses %j',
    async (verdict) => {
      await using app = await startShop();

      expect((await report(app, verdict)).status).toBe(400);
    },
  );
});
