import { randomBytes, scryptSync } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { InstanceSpec, LaunchOptions, SupervisedProcess } from '@signalbox/dev';
import type { ServiceContainer } from '@signalbox/testkit/containers';

import { demoInstance } from '@signalbox/dev';
import { temporaryDirectory } from '@signalbox/testkit';
import { startPostgres, startRedis } from '@signalbox/testkit/containers';

import { Platform } from './platform.ts';

/** The configuration that the shop is deployed with. */
const SEED = join(import.meta.dirname, '..', '..', '..', 'docker', 'seed', 'shop');
const PASSWORD = 'correct horse';

/** An order as `orders` answers it. */
export interface ShownOrder {
  readonly id: string;
  readonly status: 'placed' | 'fulfilled';
  readonly customer: string;
  readonly total: number;
  readonly placedAt: string;
  readonly fulfilledBy?: string;
}

interface Place {
  readonly path: string;
  readonly postgres: ServiceContainer;
  readonly redis: ServiceContainer;
}

/** The whole shop on Postgres and Redis: the control plane, and instances of its services as processes of this machine. */
export class RunningShop implements AsyncDisposable {
  readonly platform: Platform;
  readonly postgres: ServiceContainer;
  readonly redis: ServiceContainer;
  readonly #place: Place;
  readonly #resources: AsyncDisposableStack;

  private constructor(platform: Platform, place: Place, resources: AsyncDisposableStack) {
    this.platform = platform;
    this.postgres = place.postgres;
    this.redis = place.redis;
    this.#place = place;
    this.#resources = resources;
  }

  /** With one instance of `products`, `orders` and `auth`, and no worker. */
  static async start(): Promise<RunningShop> {
    await using resources = new AsyncDisposableStack();
    const { path } = resources.use(await temporaryDirectory());
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const place = { path, postgres: resources.use(postgres), redis: resources.use(redis) };
    await writeSeed(place);
    await writeSecrets(place);
    const platform = await Platform.start({
      launch: { settings: { 'config-server': { SIGNALBOX_SEED_DIR: join(path, 'seed') } } },
      instances: (options) =>
        ['products', 'orders', 'auth'].map((service) => instanceSpec(options, place, { service, id: `${service}-1` })),
    });
    resources.use(platform);
    await platform.logged(/"keys to check tokens with"/); // the gateway asks auth again seconds later where it started first
    return new RunningShop(platform, place, resources.move());
  }

  /** Starts an instance of a service; resolves when the registry says that requests may be sent to it. */
  async startInstance(service: string, id: string, environment: InstanceSpec['environment'] = {}) {
    const spec = instanceSpec(this.platform.fleet.options, this.#place, { service, id });
    const { SHOP_SERVICE_NAME: registeredAs = service } = environment;
    return await this.platform.fleet.startInstance({
      ...spec,
      service: registeredAs,
      environment: { ...spec.environment, ...environment },
    });
  }

  process(id: string): SupervisedProcess {
    return this.platform.fleet.process(id);
  }

  /** Asks an instance itself, and not through the gateway. */
  async ask(service: string, path: string, init: RequestInit = {}): Promise<Response> {
    const [instance] = await this.platform.instances(service, (instances) => instances.length > 0);
    if (instance === undefined) {
      throw new Error(`no instance of ${service}`);
    }
    return await fetch(`http://${instance.address}:${instance.port}${path}`, init);
  }

  /** As the gateway passes it on, once it has checked who asks. */
  async order(body: unknown, user = 'ada'): Promise<Response> {
    return await this.ask('orders', '/api/orders', postOf(body, { 'x-user': user }));
  }

  /** Through the gateway, as a customer. */
  async orderAsCustomer(body: unknown, headers: Readonly<Record<string, string>>): Promise<Response> {
    return await fetch(this.platform.url('gateway', '/api/orders'), postOf(body, headers));
  }

  async logIn(user: string, password = PASSWORD): Promise<Response> {
    return await this.ask('auth', '/api/auth/login', postOf({ user, password }));
  }

  async placed(): Promise<ShownOrder> {
    const response = await this.order({ productId: 'lamp', quantity: 2 });
    if (response.status !== 201) {
      throw new Error(`an order was answered ${response.status}: ${await response.text()}`);
    }
    return (await response.json()) as ShownOrder; // the test asserts what it is
  }

  async shown(id: string): Promise<ShownOrder> {
    return (await (await this.ask('orders', `/api/orders/${id}`)).json()) as ShownOrder; // the test asserts what it is
  }

  /** Resolves once a worker has begun to fulfil the order. */
  async begun(worker: string, { id }: ShownOrder): Promise<void> {
    await this.platform.logged(new RegExp(`^${worker} .*"fulfil-order","orderId":"${id}".*"job begun"`));
  }

  /** Resolves once a worker, unless told otherwise any, says that it has done a job of the order. */
  async done(kind: 'fulfil-order' | 'confirm-order', { id }: ShownOrder, worker = '\\S+'): Promise<void> {
    await this.platform.logged(new RegExp(`^${worker} .*"${kind}","orderId":"${id}".*"job done"`));
  }

  /** Resolves once the service runs with these keys set. */
  async configure(service: string, set: Readonly<Record<string, unknown>>): Promise<void> {
    const { status, body } = await this.platform.update({ service, environment: 'production', set });
    if (status !== 200) {
      throw new Error(`the configuration was not taken: ${JSON.stringify(body)}`);
    }
    await this.platform.running(service, body['version'] as string); // the documented answer
  }

  async upload(...names: readonly string[]): Promise<string> {
    return await readFile(join(this.#place.path, 'uploads', ...names), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

function instanceSpec(
  options: LaunchOptions,
  { path, postgres, redis }: Place,
  { service, id }: { service: string; id: string },
): InstanceSpec {
  const spec = demoInstance(options, { service, id });
  const redisUrl = withoutPassword(redis.url);
  const shop = {
    SHOP_DATABASE_URL: withoutPassword(postgres.url),
    SHOP_QUEUE_REDIS_URL: redisUrl,
    SHOP_CACHE_REDIS_URL: redisUrl,
    SHOP_DATABASE_PASSWORD_FILE: join(path, 'secrets', 'database-password'),
    SHOP_REDIS_PASSWORD_FILE: join(path, 'secrets', 'redis-password'),
    SHOP_AUTH_KEY_FILE: join(path, 'secrets', 'auth-key.pem'),
    SHOP_AUTH_USERS_FILE: join(path, 'secrets', 'users.json'),
    SHOP_UPLOADS_DIR: join(path, 'uploads'),
  };
  return { ...spec, environment: { ...spec.environment, ...shop } };
}

async function writeSeed({ path }: Place): Promise<void> {
  const differing = {
    'products/production.json': { featured: 'lamp', cache: { ttl: '1m' } },
    'worker/production.yaml': { lease: '1s', logLevel: 'debug' },
    'auth/production.yaml': { tokenTtl: '2m' },
  };
  await cp(SEED, join(path, 'seed'), { recursive: true });
  for (const [file, configuration] of Object.entries(differing)) {
    await writeFile(join(path, 'seed', file), JSON.stringify(configuration)); // JSON is YAML
  }
}

async function writeSecrets({ path, postgres, redis }: Place): Promise<void> {
  const secrets = join(path, 'secrets');
  await mkdir(secrets);
  await mkdir(join(path, 'uploads'));
  await writeFile(join(secrets, 'database-password'), `${new URL(postgres.url).password}\n`);
  await writeFile(join(secrets, 'redis-password'), `${new URL(redis.url).password}\n`);
  await writeFile(join(secrets, 'users.json'), JSON.stringify([{ user: 'ada', password: hashOf(PASSWORD) }]));
}

/** Cheap, so that a test does not wait for it. */
function hashOf(password: string): string {
  const salt = randomBytes(16);
  const encoded = [salt, scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 })].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  );
  return `$scrypt$ln=4,r=8,p=1$${encoded.join('$')}`;
}

function withoutPassword(url: string): string {
  const bare = new URL(url);
  bare.password = '';
  return bare.href;
}

function postOf(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
