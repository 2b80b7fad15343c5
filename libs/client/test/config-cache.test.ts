import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { freePort, temporaryDirectory } from '@signalbox/testkit';

import { ConfigClient, type ConfigClientOptions, type SignalboxError } from '../src/index.ts';
import { first, startOnce } from './connected-config.ts';
import { FakeConfigServer, type Served } from './fake-config-server.ts';

const PAIR = { service: 'orders', env: 'production' };
const KEY = randomBytes(32);
const SERVED: Served = {
  version: 'commit-1',
  etag: 'etag-1',
  configuration: { db: { password: 'hunter2', host: 'db-1' }, smtp: { password: 'letmein' } },
};

/** A cache file as a start with these options leaves it. */
async function cached(options: Partial<ConfigClientOptions>, served = SERVED) {
  const directory = await temporaryDirectory();
  const cacheFile = join(directory.path, 'orders.json');
  await using server = await FakeConfigServer.start(served);
  await using config = new ConfigClient({ url: server.url, ...PAIR, cacheFile, ...options });
  await config.fetchInitialConfig();
  return {
    cacheFile,
    text: await readFile(cacheFile, 'utf8'),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/** Without a server. */
async function startFrom(cacheFile: string, options: Partial<ConfigClientOptions>) {
  const config = new ConfigClient({ url: `http://127.0.0.1:${await freePort()}`, ...PAIR, cacheFile, ...options });
  await config.fetchInitialConfig();
  return config;
}

describe('an encrypted cache file', () => {
  it('gives everything back to who has the key, and nothing to others', async () => {
    await using cache = await cached({ cacheKey: KEY, secretKeys: ['**.password'] });

    await using config = await startFrom(cache.cacheFile, { cacheKey: KEY });

    expect(config.current).toEqual(SERVED.configuration);
    expect(config).toMatchObject({ version: 'commit-1', etag: 'etag-1', source: 'cache' });
    expect(cache.text).not.toMatch(/hunter2|db-1|orders/);
    expect((await stat(cache.cacheFile)).mode & 0o777).toBe(0o600);
  });

  it('is encrypted anew each time', async () => {
    await using one = await cached({ cacheKey: KEY });
    await using other = await cached({ cacheKey: KEY });

    expect(one.text).not.toBe(other.text);
  });

  it.each([
    ['with another key', { cacheKey: randomBytes(32) }, 'it was encrypted with another key, or is damaged'],
    ['without a key', {}, 'it is encrypted, and there is no cacheKey'],
  ])('is refused %s', async (_, options, reason) => {
    await using cache = await cached({ cacheKey: KEY });

    await expect(startFrom(cache.cacheFile, options)).rejects.toThrow(reason);
  });

  it.each([
    ['content', (text: string) => text.replace(/\n./, (start) => (start === '\nA' ? '\nB' : '\nA'))],
    ['nonce', (text: string) => text.replace(/:./, (start) => (start === ':A' ? ':B' : ':A'))],
    ['tag', (text: string) => text.replace(/:[^:]*\n/, ':AAAAAAAAAAAAAAAAAAAAAA\n')],
    ['tag, cut short,', (text: string) => text.replace(/:[^:]*\n/, ':AAAA\n')],
    ['end', (text: string) => text.slice(0, -20)],
  ])('is not trusted when its %s was changed', async (_, damage) => {
    await using cache = await cached({ cacheKey: KEY });
    await writeFile(cache.cacheFile, damage(cache.text));

    await expect(startFrom(cache.cacheFile, { cacheKey: KEY })).rejects.toThrow('or is damaged');
  });

  it('is not believed where it is readable, as anybody may have written that', async () => {
    await using cache = await cached({});

    const failing = startFrom(cache.cacheFile, { cacheKey: KEY });

    await expect(failing).rejects.toThrow('it is not encrypted, and there is a cacheKey');
    await expect(failing).rejects.toMatchObject({ code: 'SIGNALBOX_CONFIG_UNAVAILABLE' });
  });

  it('takes the place of a readable one at the next start with a server', async () => {
    await using cache = await cached({});
    await using server = await FakeConfigServer.start(SERVED);
    await using config = await ConfigClient.connect({
      url: server.url,
      ...PAIR,
      cacheFile: cache.cacheFile,
      cacheKey: KEY,
    });

    expect(config.source).toBe('server');
    expect(await readFile(cache.cacheFile, 'utf8')).not.toContain('db-1');
  });
});

describe('a readable cache file', () => {
  it('of the first release is read', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await writeFile(
      cacheFile,
      'sha256:da48a2361e24c1d23637e4fb610f0acfb20d0d5a97d8e98895c5afb95fe7c1d1\n' +
        '{"service":"orders","environment":"production","version":"c","etag":"e","configuration":{"a":1}}\n',
    );

    await using config = await startFrom(cacheFile, {});

    expect(config.current).toEqual({ a: 1 });
  });

  it('has no secrets in it', async () => {
    await using cache = await cached({ secretKeys: ['db.password', 'smtp'] });

    expect(cache.text).not.toMatch(/hunter2|letmein/);
    expect(cache.text).toContain('db-1');
  });

  it('takes its secrets from environment variables', async () => {
    await using cache = await cached({ secretKeys: ['db.password', 'smtp'] });
    const variables = { ORDERS_DB_PASSWORD: 'hunter3', ORDERS_SMTP_PASSWORD: 'letmein3' };

    await using config = await startFrom(cache.cacheFile, { environmentVariables: { prefix: 'ORDERS_', variables } });

    expect(config.current).toEqual({ db: { host: 'db-1', password: 'hunter3' }, smtp: { password: 'letmein3' } });
  });

  it('is refused where no environment variable gives a secret, naming key and variable', async () => {
    await using cache = await cached({ secretKeys: ['**.password'] });
    const variables = { ORDERS_DB_PASSWORD: 'hunter3' };

    const failing = startFrom(cache.cacheFile, { environmentVariables: { prefix: 'ORDERS_', variables } });

    await expect(failing).rejects.toThrow(
      'the cache file is without the secrets smtp.password, and ORDERS_SMTP_PASSWORD is not set',
    );
  });

  it('is refused where environment variables are not asked for', async () => {
    await using cache = await cached({ secretKeys: ['db.password'] });

    const failing = startFrom(cache.cacheFile, {});

    await expect(failing).rejects.toThrow(
      'without the secrets db.password, smtp.password, and environmentVariables is not set',
    );
    await expect(failing).rejects.toMatchObject({ code: 'SIGNALBOX_CONFIG_UNAVAILABLE' });
  });
});

describe('a cache file that nobody said anything of', () => {
  const served = (configuration: Served['configuration']): Served => ({ ...SERVED, configuration });
  const prefix = 'ORDERS_';

  it('leaves out what is called or looks like a secret, also within lists', async () => {
    await using cache = await cached(
      {},
      served({
        db: { password: 'hunter2', url: 'pg://ops:hunter2@db/orders', pin: 'shown' },
        smtp: { password: 12_345, credential: 23_456 },
        tls: { pem: '-----BEGIN EC PRIVATE KEY-----\nhunter2' },
        accounts: [{ name: 'one', apiKey: 'hunter2' }],
        brokers: ['amqp://ops:hunter2@mq'],
        credentials: { one: 'hunter2' },
      }),
    );

    expect(cache.text).not.toMatch(/hunter2|12345|23456/);
    expect(cache.text).toContain('"pin":"shown"');
  });

  it('keeps what only sounds like a secret: references, switches, numbers beside one, empty texts, addresses without a password', async () => {
    const configuration = {
      db: { password: '${secret:vault/kv/orders#password}', url: 'pg://ops@db/orders' },
      auth: { tokenTtlMs: 30_000, privateOnly: true, passwordHint: '' },
    };
    await using cache = await cached({}, served(configuration));

    await using config = await startFrom(cache.cacheFile, {});

    expect(config.current).toEqual(configuration);
  });

  it('keeps what is said to be no secret, whatever it is called', async () => {
    const configuration = { routes: { 'token-api': { path: '/tokens' } }, tokenUrl: 'http://sso', apiToken: 'hunter2' };
    await using cache = await cached({ secretKeys: ['!routes.**', '!tokenUrl'] }, served(configuration));

    expect(cache.text).not.toContain('hunter2');
    expect(cache.text).toMatch(/token-api.*tokens.*http:\/\/sso/);
  });

  it('leaves out what the schema marks: keys, records of any key, and lists', async () => {
    const mark = z.string().meta({ writeOnly: true });
    const schema = z.object({
      pin: mark,
      pins: z.record(z.string(), mark),
      all: z.array(mark),
      a: z.string(),
    });
    const configuration = { pin: 'hunter2', pins: { one: 'hunter2' }, all: ['hunter2'], a: 'kept' };
    await using cache = await cached({ schema }, served(configuration));

    expect(cache.text).not.toContain('hunter2');
    expect(cache.text).toContain('kept');
    await expect(startFrom(cache.cacheFile, { schema })).rejects.toThrow(
      'is without the secrets pin, pins.one, all, and',
    );
  });

  it('is started from without what the schema does without, which is told', async () => {
    await using cache = await cached({});
    const problems: string[] = [];

    await using config = await startFrom(cache.cacheFile, { onProblem: ({ message }) => problems.push(message) });

    expect(config.current).toEqual({ db: { host: 'db-1' }, smtp: {} });
    expect(problems[1]).toBe(
      'the cache file is without the secrets db.password, smtp.password, and environmentVariables is not set',
    );
  });

  it('is no start where the schema asks for what was left out, and says so', async () => {
    await using cache = await cached({});
    const schema = z.object({ db: z.object({ password: z.string() }) });

    const failing = startFrom(cache.cacheFile, { schema, environmentVariables: { prefix, variables: {} } });

    await expect(failing).rejects.toThrow(
      /without the secrets db.password, smtp.password, and ORDERS_DB_PASSWORD, ORDERS_SMTP_PASSWORD is not set: .* db.password: /,
    );
    await expect(failing).rejects.toMatchObject({ code: 'SIGNALBOX_CONFIG_UNAVAILABLE' });
  });

  it('is told to be without secrets while the server is there, and not where variables give them', async () => {
    const problems: string[] = [];
    const onProblem = ({ code, message }: SignalboxError) => problems.push(`${code} ${message}`);
    const variables = { ORDERS_DB_PASSWORD: 'hunter3', ORDERS_SMTP_PASSWORD: 'letmein3' };
    await using given = await cached({ onProblem, environmentVariables: { prefix, variables } });
    expect(given.text).not.toContain('hunter');
    expect(problems).toEqual([]);

    await using lacking = await cached({ onProblem, environmentVariables: { prefix, variables: {} } });

    expect(lacking.text).not.toContain('hunter');

    expect(problems).toEqual([
      'SIGNALBOX_SECRETS_MISSING the cache file is without the secrets db.password, smtp.password, and ' +
        'ORDERS_DB_PASSWORD, ORDERS_SMTP_PASSWORD is not set',
    ]);
  });
});

describe('beside a cache file', () => {
  const LONG_AGO = new Date(0);

  it('what a killed process left of a draft is taken away, and what another is writing is left', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    const old = `${cacheFile}.00000000-0000-4000-8000-000000000000.tmp`;
    const young = `${cacheFile}.11111111-0000-4000-8000-000000000000.tmp`;
    const others = [`${cacheFile}.tmp`, join(directory.path, 'web.json.00000000-0000-4000-8000-000000000000.tmp')];
    await Promise.all([old, young, ...others].map((path) => writeFile(path, 'draft')));
    await Promise.all([old, ...others].map((path) => utimes(path, LONG_AGO, LONG_AGO)));

    await startOnce(first, cacheFile);

    const kept = [cacheFile, young, ...others].map((path) => basename(path));
    expect((await readdir(directory.path)).sort()).toEqual(kept.sort());
  });

  it.each([
    [
      'larger than any',
      (path: string) => truncate(path, 64 * 1_024 * 1_024 + 1),
      'it has 67108865 bytes, more than 67108864',
    ],
    ['no file', (path: string) => rm(path).then(() => mkdir(path)), 'it is no file'],
  ])('nothing is read that is %s', async (_, spoil, reason) => {
    await using cache = await cached({});
    await spoil(cache.cacheFile);

    await expect(startFrom(cache.cacheFile, {})).rejects.toThrow(reason);
  });
});

describe('cacheKey', () => {
  it.each([
    [{ cacheFile: 'x', cacheKey: randomBytes(16) }, 'cacheKey: must have 32 bytes, not 16'],
    [{ cacheKey: KEY }, 'cacheKey: must come with a cacheFile, not alone'],
  ])('is refused where it can not serve: %#', (options, message) => {
    expect(() => new ConfigClient({ url: 'http://127.0.0.1:1', ...PAIR, ...options })).toThrow(message);
  });
});
