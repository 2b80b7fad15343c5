import fastify from 'fastify';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { healthPlugin, type HealthPluginOptions } from './fastify-plugin.ts';
import { HEALTH_PATHS, HealthChecker } from './health-checker.ts';

async function serve(routeOptions?: object) {
  const health = new HealthChecker({ clock: new FakeClock() });
  const app = fastify();
  const configs: unknown[] = [];
  app.addHook('onRoute', ({ config }) => {
    configs.push(config);
  });
  await app.register(healthPlugin, { health, routeOptions });
  return { app, health, configs, [Symbol.asyncDispose]: () => app.close() };
}

describe('healthPlugin', () => {
  it('answers every probe', async () => {
    await using server = await serve();

    const answers = await Promise.all(HEALTH_PATHS.map((path) => server.app.inject(path)));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.map((answer) => answer.json<{ status: string }>().status)).toEqual([
      'pass',
      'pass',
      'ready',
      'started',
      'pass',
    ]);
  });

  it('answers 503 while it drains, in the form that is asked for', async () => {
    await using server = await serve();
    await server.health.drain({ noticeMs: 0 });

    const answer = await server.app.inject({ url: '/health/ready', headers: { accept: 'application/health+json' } });

    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/health+json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(answer.json()).toMatchObject({ status: 'fail', output: 'draining' });
  });

  it('gives its options to each route', async () => {
    await using server = await serve({ config: { public: true } });

    expect(server.configs).toHaveLength(2 * HEALTH_PATHS.length); // GET and the HEAD that Fastify adds
    expect(server.configs).toEqual(server.configs.map(() => expect.objectContaining({ public: true }) as unknown));
  });

  it.each([
    [{}, 'health: must be of type object, not undefined'],
    [{ health: {} }, 'health.answer: must be of type function, not undefined'],
    [{ health: new HealthChecker(), routeOptions: null }, 'routeOptions: must be of type object, not null'],
  ])('is refused by Fastify without what it answers from: %o', async (options, message) => {
    await using app = fastify();

    await expect(app.register(healthPlugin, options as HealthPluginOptions)).rejects.toThrow(
      new TypeError(`healthPlugin ${message}`),
    );
  });

  it('answers below the prefix that Fastify is given', async () => {
    await using app = fastify();
    await app.register(healthPlugin, { health: new HealthChecker(), prefix: '/probes' });

    expect((await app.inject('/probes/health/live')).statusCode).toBe(200);
  });
});
