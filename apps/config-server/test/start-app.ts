import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { env, pid } from 'node:process';
import { promisify } from 'node:util';

import { systemClock } from '@signalbox/clock';
import { temporaryDirectory } from '@signalbox/testkit';

import { startConfigServer } from '../src/app.ts';
import { ConfigServerSettings } from '../src/config.ts';

const run = promisify(execFile);

export type Files = Readonly<Record<string, string>>;

const ORDERS_SCHEMA = {
  type: 'object',
  properties: { db: { type: 'object', properties: { poolSize: { type: 'integer', minimum: 1, maximum: 100 } } } },
};

/** Two services, one of them with a schema, in two environments. */
export const SHOP: Files = {
  'common/default.yaml': 'logLevel: info\n',
  'common/production.yaml': 'logLevel: warn\n',
  'orders/default.yaml': '# size of the pool\ndb:\n  poolSize: 5\n  host: localhost\n',
  'orders/production.yaml': 'db:\n  poolSize: 20\n',
  'orders/development.yaml': 'debug: true\n',
  'orders/schema.json': JSON.stringify(ORDERS_SCHEMA),
  'products/default.properties': 'page.size=10\n',
};

export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

export interface StartedApp extends AsyncDisposable {
  readonly dataDir: string;
  readonly url: string;
  readonly log: readonly string[];
  close(): Promise<void>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  update(body: unknown): Promise<Response>;
  /** Pushes files from a clone of its own, as a person would, and answers the commit. */
  push(files: Files): Promise<string>;
}

export async function startOn(dataDir: string, settings: Readonly<Record<string, unknown>> = {}): Promise<StartedApp> {
  const log: string[] = [];
  const app = await startConfigServer({
    settings: ConfigServerSettings.parse({
      port: 0,
      dataDir,
      logLevel: 'info',
      seedDir: join(dataDir, 'seed'),
      ...settings,
    }),
    environment: env,
    clock: systemClock,
    pid,
    logStream: { write: (line) => log.push(line) },
  });
  const url = `http://127.0.0.1:${app.address.port}`;
  return {
    dataDir,
    url,
    log,
    close: () => app.close(),
    get: (path, headers = {}) => fetch(url + path, { headers }),
    update: (body) =>
      fetch(`${url}/admin/update`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    push: (files) => push(join(dataDir, 'config.git'), files),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** An app on a data directory of its own, seeded with the files. */
export async function startShop(files: Files = SHOP): Promise<StartedApp> {
  const directory = await temporaryDirectory();
  await writeFiles(join(directory.path, 'seed'), files);
  const app = await startOn(directory.path);
  return {
    ...app,
    async [Symbol.asyncDispose]() {
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

export async function push(repository: string, files: Files): Promise<string> {
  await using clone = await temporaryDirectory();
  const git = (...commandLine: string[]) =>
    run('git', ['-C', clone.path, '-c', 'user.name=Pia', '-c', 'user.email=pia@example.com', ...commandLine]);
  await git('clone', '-q', repository, '.');
  await writeFiles(clone.path, files);
  await git('add', '.');
  await git('commit', '-qm', 'push');
  await git('push', '-q');
  const { stdout } = await git('rev-parse', 'HEAD');
  return stdout.trim();
}
