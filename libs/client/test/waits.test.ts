import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { ReconnectingSocket } from '../src/connection/reconnecting-socket.ts';
import { RegistryClient } from '../src/index.ts';
import { connect, first, RECONNECT_MS } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { FakeRegistry } from './fake-registry.ts';
import { Mailbox } from './mailbox.ts';
import { passing } from './passing.ts';

/** Before anything is imported, as libraries keep the Math.random that they find. */
const drawn = vi.hoisted(() => {
  const { random } = Math;
  const chance: { fixed?: number } = {};
  Math.random = () => chance.fixed ?? random();
  return chance;
});

const ALMOST_ONE = 1 - Number.EPSILON;
/** No wait of the client's own is so long. */
const REQUEST_TIMEOUT_MS = 77_777;

/** Passes over waits at once, until it has passed over so many; no time passes for those of a request. */
class HurriedClock extends FakeClock {
  readonly waits: number[] = [];
  readonly #enough = Promise.withResolvers<undefined>();
  readonly #count: number;

  constructor(count: number) {
    super();
    this.#count = count;
  }

  /** Resolves once there were so many. */
  get enough(): Promise<undefined> {
    return this.#enough.promise;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === REQUEST_TIMEOUT_MS || this.waits.length === this.#count) {
      return super.sleep(ms, signal);
    }
    this.waits.push(Math.round(ms));
    if (this.waits.length === this.#count) {
      this.#enough.resolve(undefined);
    }
    return Promise.resolve();
  }
}

/** What is drawn at random until the test ends. */
function drawing(chance: number): void {
  drawn.fixed = chance;
  onTestFinished(() => {
    delete drawn.fixed;
  });
}

describe('between two attempts', () => {
  it('to register there are up to 100 ms, doubled each time, up to 5 s', async () => {
    drawing(ALMOST_ONE);
    const clock = new HurriedClock(8);
    const url = `http://127.0.0.1:${await freePort()}`;
    await using registry = new RegistryClient({ url, clock, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    const gone = new AbortController();
    const registering = registry.register({ service: 'orders', port: 1 }, gone.signal);
    const given = expect(registering).rejects.toThrow('enough');

    await clock.enough;
    gone.abort(new Error('enough'));

    await given;
    expect(clock.waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('to connect there are up to 100 ms, doubled each time, up to 10 s, and each may take 5 s', async () => {
    drawing(ALMOST_ONE);
    const clock = new HurriedClock(18);
    const url = new URL(`ws://127.0.0.1:${await freePort()}`);
    const owner = { greet: () => [], receive: () => undefined, askForLife: () => [] };
    const socket = new ReconnectingSocket({ url, token: undefined, clock, report: () => undefined }, owner);

    await clock.enough;
    await socket.close();

    expect(clock.waits.filter((_, at) => at % 2 === 0)).toEqual(Array(9).fill(5_000));
    expect(clock.waits.filter((_, at) => at % 2 === 1)).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000,
    ]);
  });
});

describe('before a renewal', () => {
  it.each([
    [0, 10_000],
    [ALMOST_ONE, 9_000],
  ])('there is a third of the TTL, or up to a tenth less: drawn %d', async (chance, ms) => {
    drawing(chance);
    const clock = new HurriedClock(1);
    await using fake = await FakeRegistry.start();
    await using registry = new RegistryClient({ url: fake.url, clock, requestTimeoutMs: REQUEST_TIMEOUT_MS });

    await registry.register({ service: 'orders', port: 1 });
    await clock.enough;

    expect(clock.waits).toEqual([ms]);
  });
});

it.each([
  [4_999, 0],
  [5_000, 1],
])('an outage after a connection that stood for %d ms is %d new ones', async (ms, outages) => {
  await using server = await FakeConfigServer.start(first);
  await using orders = await connect(server.url);
  await server.received.next();
  server.server.closeSockets(1_011);
  await orders.problems.next();
  const freshness = new Mailbox<string>();
  orders.client.onFreshness(freshness.put);
  await orders.clock.advance(RECONNECT_MS);
  expect(await freshness.next()).toBe('current');

  await orders.clock.advance(ms);
  server.server.closeSockets(1_011);
  expect(await freshness.next()).toBe('stale');
  await passing(orders.clock, freshness.next());

  expect(orders.problems.size).toBe(outages);
});
