import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { type Asking, RunningRegistry } from './running-registry.ts';

const path = '/api/v1/services/orders/instances/o1';
const production = { address: '127.0.0.1', port: 8_080, environment: 'production' };
const IDENTITIES = {
  reader: { role: 'reader' },
  writer: { role: 'writer' },
  admin: { role: 'admin' },
  orders: { role: 'service', services: ['orders'], environments: ['production'] },
  web: { role: 'service', services: ['web'], environments: ['production'] },
  staging: { role: 'service', services: ['orders'], environments: ['staging'] },
};

async function aRegistry() {
  const directory = await temporaryDirectory();
  const tokensFile = join(directory.path, 'tokens.json');
  const tokens = Object.entries(IDENTITIES).map(([name, identity]) => ({
    name,
    sha256: createHash('sha256').update(name).digest('hex'),
    ...identity,
  }));
  await writeFile(tokensFile, JSON.stringify(tokens));
  const registry = await RunningRegistry.start({ dataDir: join(directory.path, 'data'), tokensFile });
  const statusOf = async (method: string, where: string, asking: Asking) =>
    (await registry.ask(method, where, asking)).status;
  return Object.assign(registry, {
    statusOf,
    async [Symbol.asyncDispose]() {
      await registry.close();
      await directory[Symbol.asyncDispose]();
    },
  });
}

describe('who may do what', () => {
  it('asks for a token, except for its health and metrics', async () => {
    await using registry = await aRegistry();

    expect(await registry.statusOf('GET', '/api/v1/services', {})).toBe(401);
    expect(await registry.statusOf('PUT', path, { body: production, token: 'unknown' })).toBe(401);
    await expect(registry.watch()).rejects.toThrow('401');
    expect(await registry.statusOf('GET', '/health', {})).toBe(200);
  });

  it('lets a service register, renew, drain and deregister itself, in its environment alone', async () => {
    await using registry = await aRegistry();
    const asOrders = { token: 'orders' };

    expect(await registry.statusOf('PUT', path, { ...asOrders, body: { ...production, environment: 'staging' } })).toBe(
      403,
    );
    expect(await registry.statusOf('PUT', path, { ...asOrders, body: production })).toBe(201);
    expect(await registry.statusOf('PUT', `${path}/lease`, asOrders)).toBe(200);
    expect(await registry.statusOf('PUT', `${path}/status`, { ...asOrders, body: { status: 'draining' } })).toBe(200);
    expect(await registry.statusOf('PUT', `${path}/status`, { ...asOrders, body: { status: 'up' } })).toBe(403);
    expect(await registry.statusOf('DELETE', path, asOrders)).toBe(204);
  });

  it.each(['reader', 'writer', 'web', 'staging'])('keeps %s from touching what is not its own', async (token) => {
    await using registry = await aRegistry();
    await registry.ask('PUT', path, { token: 'orders', body: production });
    const renewal = { instances: [{ service: 'orders', id: 'o1' }] };

    expect(await registry.statusOf('PUT', path, { token, body: production })).toBe(403);
    expect(await registry.statusOf('PUT', path, { token, body: { ...production, environment: 'staging' } })).toBe(403);
    expect(await registry.statusOf('PUT', `${path}/lease`, { token })).toBe(403);
    expect(await registry.statusOf('POST', '/api/v1/leases/renew', { token, body: renewal })).toBe(403);
    expect(await registry.statusOf('DELETE', path, { token })).toBe(403);
  });

  it.each([
    ['reader', 403],
    ['orders', 403],
    ['writer', 200],
    ['admin', 200],
  ])('answers an override by %s with %d', async (token, status) => {
    await using registry = await aRegistry();
    await registry.ask('PUT', path, { token: 'orders', body: production });

    expect(await registry.statusOf('PUT', `${path}/status`, { token, body: { status: 'down' } })).toBe(status);
  });

  it('shows a service the others of its environment, and none of another', async () => {
    await using registry = await aRegistry();
    await registry.ask('PUT', path, { token: 'orders', body: production });
    const seenBy = async (token: string) => {
      const { body } = await registry.ask('GET', '/api/v1/services/orders/instances', { token });
      using watcher = await registry.watch(token);
      watcher.say({ type: 'watch', service: 'orders' });
      const services = await registry.ask('GET', '/api/v1/services', { token });
      return [body, await watcher.next(), services.body];
    };

    const one = { instances: [{ id: 'o1' }] };
    const none = { instances: [] };
    expect(await seenBy('web')).toMatchObject([one, one, { services: [{ name: 'orders', instances: 1 }] }]);
    expect(await seenBy('reader')).toMatchObject([one, one, { services: [{ name: 'orders', instances: 1 }] }]);
    expect(await seenBy('staging')).toMatchObject([none, none, { services: [] }]);
  });
});
