import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';

import type { Instance } from '@signalbox/schemas';

import { RequestStream } from '@signalbox/testkit';

import { failureMode } from '../../src/failure-modes/failure-mode.ts';
import { Platform } from '../../src/platform.ts';
import { WorkingCopy } from '../../src/working-copy.ts';

interface OrdersAnswer {
  readonly servedBy: string;
  readonly configurationVersion: string;
  readonly greeting: string;
}

const GETS = [
  { method: 'GET', path: '/api/orders' },
  { method: 'GET', path: '/api/products' },
  { method: 'GET', path: '/fleet.json' },
] as const;
/** Requests sent before and after what is done. */
const OBSERVED = 100;
const PER_SECOND = 50;

const opened = new AsyncDisposableStack();
let platform: Platform;
let stream: RequestStream;

beforeAll(async () => {
  platform = opened.use(await Platform.start());
});

beforeEach(async () => {
  stream = RequestStream.start(platform.url('gateway'), { requests: GETS, perSecond: PER_SECOND });
  await stream.observe(OBSERVED);
});

afterEach(async () => {
  await stream.stop();
});

afterAll(async () => {
  await opened.disposeAsync();
});

const orders = () => platform.getJson<OrdersAnswer>('gateway', '/api/orders');

async function ordersFrom(instance: string): Promise<OrdersAnswer> {
  let answer = await orders();
  while (answer.servedBy !== instance) {
    answer = await orders();
  }
  return answer;
}

describe('a config-server that is away', () => {
  failureMode(
    {
      scenario: 'a service starts while the config-server is away',
      action: 'SIGKILL to the config-server, then to one of two instances of orders, and a start of the latter',
      promise: 'it starts with its last-known-good file, and follows the config-server once that is back',
      allowedFailed: 0,
    },
    async () => {
      const before = await orders();

      stream.phase('config-server away');
      platform.fleet.process('config-server').signal('SIGKILL');
      await platform.fleet.process('config-server').ended;
      platform.fleet.process('orders-2').signal('SIGKILL');
      await platform.fleet.process('orders-2').ended;
      const killed = await platform.listed('orders', () => true);
      const startedAt = performance.now();
      await platform.fleet.startInstance(platform.demoSpec('orders', 'orders-2'));
      await platform.listed('orders', (instances) => instances.some((one) => isSuccessor(one, killed)));
      const upAfterMs = performance.now() - startedAt;
      const started = await ordersFrom('orders-2');
      stream.phase('config-server back');
      await platform.fleet.startServer('config-server');
      const { body } = await platform.update({
        service: 'orders',
        environment: 'production',
        set: { greeting: 'Back again' },
      });
      await platform.running('orders', String(body['version']));
      await stream.observe(OBSERVED);
      const { requests, failed, reasons } = await stream.stop();

      expect(started.configurationVersion).toBe(before.configurationVersion);
      expect(await orders()).toMatchObject({ greeting: 'Back again' });
      return { requests, failed, reasons, note: `up ${(upAfterMs / 1_000).toFixed(1)} s after its start` };
    },
  );

  failureMode(
    {
      scenario: 'the config-server comes back to a broken commit',
      action: 'SIGTERM, a push that breaks orders and changes web, and a start',
      promise: 'services go on, orders is served its last valid commit, web moves on',
      allowedFailed: 0,
    },
    async () => {
      const before = await orders();

      stream.phase('config-server away');
      await platform.fleet.process('config-server').stop();
      await using copy = await WorkingCopy.clone(platform.repository);
      const pushed = await copy.push(
        { 'orders/production.yaml': 'maxItems: -5\n', 'web/production.yaml': 'title: Moved on\n' },
        'Break orders and change web',
      );
      await stream.observe(OBSERVED);
      stream.phase('config-server back');
      await platform.fleet.startServer('config-server');
      await platform.running('web', pushed);
      await stream.observe(OBSERVED);
      const { requests, failed, reasons } = await stream.stop();

      const served = await fetch(platform.url('config', '/config/orders/production'));
      expect(served.headers.get('signalbox-version')).toBe(before.configurationVersion);
      expect(await platform.getJson('config', '/admin/problems')).toMatchObject({
        problems: [{ commit: pushed, file: 'orders/production.yaml', pairs: [{ service: 'orders' }] }],
      });
      expect(await orders()).toMatchObject({ configurationVersion: before.configurationVersion });
      return { requests, failed, reasons, note: 'orders stayed at its version, and the problem names file and commit' };
    },
  );
});

/** Listens elsewhere than the one that was killed did, and is routed to. */
function isSuccessor({ id, port, status }: Instance, killed: readonly Instance[]): boolean {
  return id === 'orders-2' && status === 'up' && killed.every((one) => one.id !== id || one.port !== port);
}
