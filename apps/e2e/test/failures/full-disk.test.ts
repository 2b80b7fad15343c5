import { expect } from 'vitest';

import { RequestStream } from '@signalbox/testkit';

import { failureMode, type Measurement } from '../../src/failure-modes/failure-mode.ts';
import { Platform } from '../../src/platform.ts';
import { scarceDisk } from '../../src/scarce-disk.ts';

const PER_SECOND = 50;
/** Requests of each stream in each phase. */
const OBSERVED = 50;
/** Enough that no page which the database has already can take it. */
const META = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key-${index}`, 'x'.repeat(500)]));
const STACK = /\.ts\b|\\n\s*at |node_modules/;

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function send(url: string, method: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

function expectRefusal(answer: Answer, code: string): void {
  expect(answer).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') as unknown });
  expect(JSON.parse(answer.text)).toMatchObject({ code, detail: expect.stringMatching(/\bdisk\b/) as unknown });
  expect(answer.text).not.toMatch(STACK);
}

/** Who reads from the control plane, and through the gateway. */
function startReading(platform: Platform): readonly RequestStream[] {
  const streams = [
    { url: platform.url('gateway'), path: '/echo' },
    { url: platform.url('config'), path: '/config/gateway/production' },
    { url: platform.url('registry'), path: '/api/v1/services/echo/instances?healthy=true' },
  ];
  return streams.map(({ url, path }) =>
    RequestStream.start(url, { requests: [{ method: 'GET', path }], perSecond: PER_SECOND }),
  );
}

async function observe(streams: readonly RequestStream[], phase: string): Promise<void> {
  await Promise.all(
    streams.map(async (stream) => {
      stream.phase(phase);
      await stream.observe(OBSERVED);
    }),
  );
}

/** Both servers end at once and start again: what they know then is what they had stored. */
async function restart({ fleet }: Platform): Promise<void> {
  for (const server of ['config-server', 'registry'] as const) {
    await fleet.process(server).killAll();
    await fleet.startServer(server);
  }
}

async function fillTheDisk(): Promise<Measurement> {
  await using scarce = await scarceDisk();
  await using platform = await Platform.startWithEcho([{ id: 'echo-1' }], scarce.settings, scarce.dataDirectory);
  const update = (key: string) =>
    send(platform.url('config', '/admin/update'), 'POST', {
      service: 'ledger',
      environment: 'production',
      set: { [key]: true },
    });
  const register = (id: string) =>
    send(platform.url('registry', `/api/v1/services/ledger/instances/${id}`), 'PUT', {
      address: '127.0.0.1',
      port: 1,
      ttlMs: 3_600_000,
      meta: META,
    });
  const streams = startReading(platform);
  const before = [await update('before'), await register('before')];
  await observe(streams, 'before');

  await scarce.fill(platform.fleet);
  for (const name of ['full-1', 'full-2', 'full-3']) {
    expectRefusal(await update(name), scarce.refusal);
    expectRefusal(await register(name), 'registry/storage-unavailable');
  }
  await observe(streams, 'full');

  await scarce.makeRoom(platform.fleet);
  const after = [await update('after'), await register('after')];
  await observe(streams, 'room');
  const reports = await Promise.all(streams.map((stream) => stream.stop()));

  expect([...before, ...after].map(({ status }) => status)).toEqual([200, 201, 200, 201]);
  await restart(platform);
  expect(await platform.getJson('config', '/config/ledger/production')).toEqual({ before: true, after: true });
  expect((await platform.listed('ledger', () => true)).map(({ id }) => id).sort()).toEqual(['after', 'before']);
  return {
    requests: reports.reduce((sum, { requests }) => sum + requests, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    reasons: reports.flatMap(({ reasons }) => reasons),
    note: `${scarce.way}; 503 \`${scarce.refusal}\` and \`registry/storage-unavailable\` until there was room`,
  };
}

failureMode(
  {
    scenario: 'the disk is full',
    action: 'the data directories of config-server and registry take nothing more, and later do again',
    promise: 'a clear error for every write, reads go on, writes work again once there is room',
    allowedFailed: 0,
    onlyOn: 'linux',
  },
  fillTheDisk,
);
