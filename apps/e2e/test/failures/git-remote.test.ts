import { afterAll, beforeAll, describe, expect } from 'vitest';
import * as z from 'zod';

import { ConfigClient } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { FaultProxy, RequestStream } from '@signalbox/testkit';

import { failureMode, type Measurement } from '../../src/failure-modes/failure-mode.ts';
import { ECHO_GETS } from '../../src/failure-modes/workloads.ts';
import { GitDaemon } from '../../src/git-daemon.ts';
import { Platform, SCENARIO_SEED } from '../../src/platform.ts';
import { WorkingCopy } from '../../src/working-copy.ts';

const FETCH_INTERVAL_MS = 1_000;
/** How long the config-server takes a silent remote for one that is slow. */
const GIT_TIMEOUT_MS = 3_000;
/** A read that waits for the remote is not answered in this time. */
const READ_WITHIN_MS = 2_000;
const PER_SECOND = 50;
const OBSERVED = 100;
const LOOK_EVERY_MS = 100;

const READS = [{ method: 'GET', path: '/config/gateway/production' }] as const;

const opened = new AsyncDisposableStack();
let proxy: FaultProxy;
let platform: Platform;
let copy: WorkingCopy;

beforeAll(async () => {
  const daemon = opened.use(await GitDaemon.start(SCENARIO_SEED));
  copy = opened.use(await WorkingCopy.clone(daemon.repository));
  proxy = opened.use(await FaultProxy.start({ port: daemon.port }));
  const settings = {
    SIGNALBOX_GIT_URL: `git://127.0.0.1:${proxy.port}/config.git`,
    SIGNALBOX_FETCH_INTERVAL_MS: String(FETCH_INTERVAL_MS),
    SIGNALBOX_GIT_TIMEOUT_MS: String(GIT_TIMEOUT_MS),
  };
  platform = opened.use(await Platform.startWithEcho([{ id: 'echo-1' }], { 'config-server': settings }));
});

afterAll(async () => {
  await opened.disposeAsync();
});

interface Health {
  readonly checks: { readonly configuration: { readonly status: string; readonly details?: string } };
}

/** Resolves with what health says of the remote once it does. */
async function configurationHealth(status: 'pass' | 'warn'): Promise<string> {
  for (;;) {
    const { checks } = await platform.getJson<Health>('config', '/health/detailed');
    if (checks.configuration.status === status) {
      return checks.configuration.details ?? '';
    }
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

const Followed = z.object({ step: z.string() });

/** Resolves once the client was told of the step. */
async function reached(client: ConfigClient<z.infer<typeof Followed>>, step: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const look = () => {
    if (client.current.step === step) {
      resolve(undefined);
    }
  };
  const stop = client.onChange(look);
  look();
  await promise;
  stop();
}

interface Outage {
  readonly name: string;
  readonly begin: () => void;
  readonly end: () => void;
  /** What health says of it. */
  readonly reason: RegExp;
}

async function outlive({ name, begin, end, reason }: Outage): Promise<Measurement> {
  await copy.push({ 'ledger/production.yaml': `step: before ${name}\n` }, `Before ${name}`);
  await served(`before ${name}`);
  await using client = await ConfigClient.connect({
    url: platform.url('config'),
    service: 'ledger',
    env: 'production',
    schema: Followed,
  });
  const routed = RequestStream.start(platform.url('gateway'), { requests: ECHO_GETS, perSecond: PER_SECOND });
  const read = RequestStream.start(platform.url('config'), {
    requests: READS,
    perSecond: PER_SECOND,
    withinMs: READ_WITHIN_MS,
  });
  await Promise.all([routed.observe(OBSERVED), read.observe(OBSERVED)]);

  read.phase('outage');
  routed.phase('outage');
  begin();
  const update = { service: 'ledger', environment: 'production', set: { lost: true } };
  const refused = await platform.update(update);
  const said = await configurationHealth('warn');
  await copy.push({ 'ledger/production.yaml': `step: after ${name}\n` }, `After ${name}`);
  await Promise.all([routed.observe(OBSERVED), read.observe(OBSERVED)]);
  end();
  await reached(client, `after ${name}`);
  await configurationHealth('pass');
  const reports = [await routed.stop(), await read.stop()];

  expect(refused).toMatchObject({ status: 503, body: { code: 'config/git-failed' } });
  expect(said).toMatch(reason);
  expect(await platform.getJson('config', '/config/ledger/production')).toEqual({ step: `after ${name}` });
  const [before, during] = ['before', 'outage'].map((phase) => read.report(phase).latencyMs(0.5).toFixed(1));
  return {
    requests: reports.reduce((sum, { requests }) => sum + requests, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    reasons: reports.flatMap(({ reasons }) => reasons),
    note: `reads in ${before} ms before, ${during} ms meanwhile (median); updates are answered 503`,
  };
}

async function served(step: string): Promise<void> {
  while ((await platform.getJson<{ step?: string }>('config', '/config/ledger/production')).step !== step) {
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

const PROMISE =
  'services go on, no read of the configuration waits, health says so, what was pushed meanwhile is served after';

describe('a remote of the config-server', () => {
  failureMode(
    {
      scenario: "the config-server's remote is down",
      action: 'connections are refused; half of the requests are reads of the config-server',
      promise: PROMISE,
      allowedFailed: 0,
    },
    () =>
      outlive({
        name: 'refused',
        begin: () => {
          proxy.refuse();
          proxy.cut();
        },
        end: () => {
          proxy.accept();
        },
        reason: /git fetch failed/,
      }),
  );

  failureMode(
    {
      scenario: "the config-server's remote hangs",
      action: 'connections are taken and nothing is answered; half of the requests are reads of the config-server',
      promise: PROMISE,
      allowedFailed: 0,
    },
    () =>
      outlive({
        name: 'hanging',
        begin: () => {
          proxy.pause();
        },
        end: () => {
          proxy.resume();
        },
        reason: /git fetch failed: block timeout reached/,
      }),
  );
});
