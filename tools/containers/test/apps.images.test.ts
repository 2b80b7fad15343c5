import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';

import { imageNames, temporaryDirectory } from '@signalbox/testkit';

import { Engine } from '../src/engine.ts';
import { type AppName, APPS, buildAppImages, type BuiltImage } from '../src/images/app-images.ts';
import { AppContainer, type AppContainerOptions, TestNetwork } from './app-container.ts';

const SEED = join(import.meta.dirname, '../../../docker/seed/config');
/** An empty cache costs an installation and a compilation. */
const BUILD_LIMIT_MS = 1_200_000;

/** Those that run by themselves: the demo's services need the control plane. */
const SERVERS = ['config-server', 'registry', 'gateway'] as const;
type ServerName = (typeof SERVERS)[number];

const PORTS: Readonly<Record<ServerName, number>> = { 'config-server': 8888, registry: 8500, gateway: 8080 };
/** Where an app is once it says this, apart from what it learns from the others. */
const STARTED = { 'config-server': 'listening on', registry: 'listening on', gateway: 'routing requests' } as const;
const OPEN = { SIGNALBOX_AUTH: 'none' };

const images = new Map<AppName, BuiltImage>();

beforeAll(async () => {
  for await (const image of buildAppImages(new Engine())) {
    images.set(image.app, image);
  }
}, BUILD_LIMIT_MS);

function imageOf(app: AppName): BuiltImage {
  const image = images.get(app);
  if (image === undefined) {
    throw new Error(`no image was built of ${app}`);
  }
  return image;
}

function start(app: AppName, options: AppContainerOptions): Promise<AppContainer> {
  return AppContainer.start(imageOf(app).id, options);
}

/** How long after the engine started it, by the clock that both share, an app said that it is up. */
async function msUntil(logged: string, container: AppContainer): Promise<number> {
  const { time } = JSON.parse(await container.logged(logged)) as { time: number }; // a line of pino
  return time - Date.parse(await container.inspect('{{.State.StartedAt}}'));
}

async function note({ annotate }: TestContext, text: string): Promise<void> {
  await annotate(text);
}

describe.each(APPS)('the image of $app', ({ app }) => {
  it('is no larger than it may be', async (context) => {
    const { bytes, maxBytes } = imageOf(app);

    await note(context, `${(bytes / 1e6).toFixed(0)} MB of at most ${maxBytes / 1e6} MB`);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
  });

  it('holds neither sources nor packages that only tests need', async () => {
    await using container = await start(app, { command: ['sleep', 'infinity'] });

    await expect(container.output('find', '/app', '-name', '*.ts', '-not', '-path', '*/zod/*')).resolves.toBe('');
    await expect(container.output('ls', '/app/node_modules')).resolves.not.toMatch(
      /^(vitest|testcontainers|typescript|nx)$/m,
    );
  });
});

describe.each(SERVERS)('the image of the %s', (app) => {
  it('starts as nobody special on a file system that can not be written', async (context) => {
    await using container = await start(app, { environment: OPEN });

    await note(context, `up ${await msUntil(STARTED[app], container)} ms after its container was started`);
    await expect(container.output('id', '--user')).resolves.toBe('1000');
    await expect(container.output('sh', '-c', 'touch /app/written || echo refused')).resolves.toBe('refused');
  });

  it('becomes healthy by a probe of its own, wherever it listens', async () => {
    const elsewhere = { ...OPEN, SIGNALBOX_PORT: '9000', SIGNALBOX_ADMIN_PORT: '9001' };
    await using container = await start(app, { environment: elsewhere });

    await expect(container.becomesHealthy()).resolves.toBeUndefined();
  });

  it('ends in order when it is told to', async () => {
    await using container = await start(app, { environment: OPEN });
    await container.logged(STARTED[app]);

    await expect(container.stop()).resolves.toBe(0);
  });

  it('refuses to answer everyone who can reach it unless it is told to', async () => {
    await using container = await start(app, {});

    await expect(container.ended()).resolves.toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^\S+: SIGNALBOX_TOKENS_FILE: without it .+ not "0\.0\.0\.0".+\n$/) as string,
    });
  });
});

describe('the image of the config-server', () => {
  it('keeps no process that a git left behind', async () => {
    await using container = await start('config-server', { environment: OPEN });
    const processes = () => container.output('sh', '-c', 'cat /proc/[0-9]*/status | grep -c "^Name:.sleep"');

    await container.output('sh', '-c', 'sleep 1 &');

    await expect.poll(() => processes().catch(() => 'none'), { timeout: 20_000 }).toBe('none');
  });
});

/** A tokens file for one caller who may do everything, and the caller's token. */
async function writeTokens(directory: string) {
  const token = randomBytes(18).toString('hex');
  const file = join(directory, 'tokens.json');
  const sha256 = createHash('sha256').update(token).digest('hex');
  await writeFile(file, JSON.stringify([{ name: 'test', sha256, role: 'admin' }]));
  return { token, file };
}

const BACKEND = `require('node:http').createServer((_, response) => response.end('from products')).listen(8080)`;

describe('the image of the demo', () => {
  it('says which services it has', async () => {
    await using container = await start('demo', { command: ['node', 'dist/main.js', 'bakery'] });

    await expect(container.ended()).resolves.toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^bakery: no service "bakery" in the shop; there are (\w+, )*orders\b/) as string,
    });
  });

  it('has a directory to share that its user may write to', async () => {
    await using container = await start('demo', { command: ['sleep', 'infinity'] });

    await expect(container.output('stat', '--format', '%U %a', '/uploads')).resolves.toBe('node 700');
  });
});

describe('the three images of servers', () => {
  it('route a request to a service, by the routes of the seed and its registration', async () => {
    await using directory = await temporaryDirectory();
    const { token, file } = await writeTokens(directory.path);
    const authorization = `Bearer ${token}`;
    await using network = await TestNetwork.create(`signalbox-images-${randomBytes(4).toString('hex')}`);
    const guarded = { SIGNALBOX_TOKENS_FILE: '/run/tokens.json' };
    const mounts = { '/run/tokens.json': file };
    await using config = await start('config-server', {
      environment: { ...guarded, SIGNALBOX_SEED_DIR: '/seed' },
      mounts: { ...mounts, '/seed': SEED },
      network,
      alias: 'config-server',
    });
    await using registry = await start('registry', {
      environment: guarded,
      mounts,
      network,
      alias: 'registry',
      port: PORTS.registry,
    });
    await using backend = await AppContainer.start(imageNames.node, {
      command: ['node', '--eval', BACKEND],
      network,
      alias: 'shop-products',
    });
    await Promise.all([config.logged(STARTED['config-server']), registry.logged(STARTED.registry)]);
    const registered = await fetch(
      `${await registry.url(PORTS.registry)}/api/v1/services/products/instances/products-1`,
      {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ address: 'shop-products', port: 8080, environment: 'production' }),
      },
    );
    expect(registered.status).toBeLessThan(300);
    await using gateway = await start('gateway', {
      environment: {
        ...guarded,
        SIGNALBOX_CONFIG_URL: 'http://config-server:8888',
        SIGNALBOX_REGISTRY_URL: 'http://registry:8500',
        SIGNALBOX_TOKEN: token,
      },
      mounts,
      network,
      port: PORTS.gateway,
    });
    await gateway.logged('routes in force');
    const products = `${await gateway.url(PORTS.gateway)}/api/products`;

    await expect.poll(async () => (await fetch(products)).text(), { timeout: 20_000 }).toBe('from products');

    await expect(backend.inspect('{{.State.Running}}')).resolves.toBe('true');
  });
});
