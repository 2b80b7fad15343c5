import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { freePort, ReadmeSnippet, temporaryDirectory } from '@signalbox/testkit';

import { listen, named } from './calls.ts';
import { FakeConfigServer } from './fake-config-server.ts';
import { anInstance, FakeRegistry } from './fake-registry.ts';

/** A program is a process of its own, and a busy machine takes seconds to start one. */
const PROCESS_MS = 20_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIGURATION = {
  greeting: 'Hello',
  calls: { deadlineMs: 1_000 },
  db: { poolSize: 5 },
  debug: 'on',
  cors: { origins: 'a; ;b' },
  database: { host: 'db-1' },
  timeout: 30,
};

const stack = new AsyncDisposableStack();
const directory = stack.use(await temporaryDirectory());
const config = stack.use(
  await FakeConfigServer.start({ version: 'commit-1', etag: 'etag-1', configuration: CONFIGURATION }),
);
const registry = stack.use(await FakeRegistry.start());
for (const [service, environment] of [
  ['inventory', 'default'],
  ['products', 'production'],
] as const) {
  const { port } = stack.use(await listen(named(service)));
  registry.put(anInstance({ service, id: `${service}-1`, environment, port }));
}

afterAll(() => stack.disposeAsync());

const [service, ...programs] = ReadmeSnippet.readAll(new URL('../README.md', import.meta.url));
const configuration = ReadmeSnippet.readAll(new URL('../docs/configuration.md', import.meta.url));

/** The service of the README, at the addresses and the place of this test. */
function startService(port: number) {
  const source = (service?.source ?? '')
    .replace('http://127.0.0.1:8888', config.url)
    .replace('http://127.0.0.1:8500', registry.url)
    .replace('.cache/orders.json', join(directory.path, 'service.json'))
    .replaceAll('4000', String(port));
  const child = spawn(process.execPath, ['--conditions=@signalbox/source', '--input-type=module-typescript', '-'], {
    cwd: ROOT,
  });
  child.stdin.end(source);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { child, ended };
}

describe('the README', () => {
  it(
    'begins with a service that registers, answers, follows changes and leaves',
    async () => {
      const port = await freePort();
      const { child, ended } = startService(port);
      await Promise.race([registry.calls.next(), ended]);

      const answer = await fetch(`http://127.0.0.1:${port}`);
      expect(await answer.text()).toBe('Hello: products GET /api/products');
      config.change({
        version: 'commit-2',
        etag: 'etag-2',
        configuration: { ...CONFIGURATION, greeting: 'Good morning' },
      });
      expect(await registry.calls.next()).toMatchObject({
        did: 'PUT /lease',
        body: { configurationVersion: 'commit-2' },
      });
      child.kill('SIGTERM');

      const [printed, errors] = await ended;
      expect([printed, errors, child.exitCode]).toEqual(['changed: greeting\n', '', 0]);
      expect(registry.ids).toEqual(['inventory-1', 'products-1']);
    },
    PROCESS_MS,
  );

  it.each([...programs, ...configuration])(
    'or docs/configuration.md has a program at line $line that prints what it says',
    async (snippet) => {
      const environment = {
        SIGNALBOX_CONFIG_URL: config.url,
        SIGNALBOX_REGISTRY_URL: registry.url,
        TMPDIR: directory.path,
      };
      expect(await snippet.run(environment)).toBe(snippet.prints);
    },
    PROCESS_MS,
  );
});
