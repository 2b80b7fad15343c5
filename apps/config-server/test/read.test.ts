import { describe, expect, it } from 'vitest';

import { startShop } from './start-app.ts';

const FORMATS = [
  ['yaml', 'application/yaml; charset=utf-8', 'poolSize: 20'],
  ['properties', 'text/x-java-properties; charset=utf-8', 'db.poolSize'],
  ['dotenv', 'text/plain; charset=utf-8', 'POOL'],
] as const;

const UNKNOWN = [
  ['/config/order/production', 'config/unknown-service', ['orders']],
  ['/config/orders/prodution', 'config/unknown-environment', ['production']],
  ['/config/orders/production?label=mian', 'config/unknown-label', ['main']],
  ['/config/orders/production?label=deadbeef', 'config/unknown-label', []],
] as const;

const MALFORMED = [
  '/config/..%2fcommon/production',
  '/config/orders/production?format=xml',
  '/config/orders/production?labl=x',
  '/config/orders/production?label=..%2f..',
];

describe('GET /config/{service}/{environment}', () => {
  it('answers the layers of the pair, laid over each other', async () => {
    await using app = await startShop();

    const response = await app.get('/config/orders/production');

    await expect(response.json()).resolves.toEqual({ logLevel: 'warn', db: { poolSize: 20, host: 'localhost' } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('signalbox-version')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('knows a service also where nobody has an environment yet', async () => {
    await using app = await startShop({ 'orders/default.yaml': 'a: 1\n' });
    const version = await app.push({ 'web/default.yaml': 'a: 1\n' });

    const answers = await Promise.all(
      ['', `?label=${version}`].map((query) => app.get(`/config/orders/production${query}`)),
    );

    const problem = { status: 404, code: 'config/unknown-environment', closest: [] };
    expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject([problem, problem]);
  });

  it('reads a folder of env files, groups under their prefix', async () => {
    await using app = await startShop({
      'env/common.env': 'PROJECT_NAME=Shop & Sons # the firm\n',
      'env/api.env': 'PORT=8000\n',
      'env/production/api.env': 'PORT=80\n',
      'env/database.env': 'HOST=localhost\nPORT=5432\n',
      'env/production/database.env': 'HOST=db-1\n',
      'env/api.service.yaml': 'imports: [{ group: database, prefix: DATABASE }]\n',
      'env/api.schema.json': '{ "properties": { "PORT": { "type": "integer" } } }',
    });

    const json = await app.get('/config/api/production');
    const dotenv = await app.get('/config/api/production?format=dotenv');
    const explained = await app.get('/config/api/production?explain=true');

    await expect(json.json()).resolves.toEqual({
      PROJECT_NAME: 'Shop & Sons',
      DATABASE: { HOST: 'db-1', PORT: '5432' },
      PORT: 80,
    });
    await expect(dotenv.text()).resolves.toBe(
      "DATABASE_HOST=db-1\nDATABASE_PORT=5432\nPORT=80\nPROJECT_NAME='Shop & Sons'\n",
    );
    await expect(explained.json()).resolves.toMatchObject({
      keys: { PORT: { file: 'env/production/api.env', line: 1, overrides: [{ file: 'env/api.env' }] } },
    });
  });

  it('answers 304 to whoever has it', async () => {
    await using app = await startShop();
    const first = await app.get('/config/orders/production');
    const etag = first.headers.get('etag') ?? '';

    const second = await app.get('/config/orders/production', { 'if-none-match': `"other", W/${etag}` });

    expect(second.status).toBe(304);
    expect(second.headers.get('etag')).toBe(etag);
    await expect(second.text()).resolves.toBe('');
  });

  it('renders each format under an etag of its own', async () => {
    await using app = await startShop();
    const json = await app.get('/config/orders/production');

    for (const [format, contentType, part] of FORMATS) {
      const response = await app.get(`/config/orders/production?format=${format}`);

      expect(response.headers.get('content-type')).toBe(contentType);
      expect(response.headers.get('etag')).toBe(json.headers.get('etag')?.replace(/"$/, `-${format}"`));
      await expect(response.text()).resolves.toContain(part);
    }
  });

  it('explains every key: file, line, commit, author, and what it won over', async () => {
    await using app = await startShop();
    const commit = await app.push({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    const updated = await app.update({ service: 'orders', environment: 'production', set: { 'db.host': 'db-1' } });
    const { version } = (await updated.json()) as { version: string };

    const response = await app.get('/config/orders/production?explain=true');

    const explanation = (await response.json()) as { version: string; keys: Record<string, unknown> };
    expect(explanation).toMatchObject({ service: 'orders', environment: 'production', label: 'main', version });
    expect(explanation.keys['db.poolSize']).toMatchObject({
      value: 30,
      file: 'orders/production.yaml',
      line: 2,
      commit: version,
      overrides: [{ value: 5, file: 'orders/default.yaml', line: 3, author: 'Signalbox <signalbox@localhost>' }],
    });
    expect(version).not.toBe(commit);
  });

  it('reads another branch and an earlier commit', async () => {
    await using app = await startShop();
    const before = (await app.get('/config/orders/production')).headers.get('signalbox-version') ?? '';
    await app.push({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });

    const response = await app.get(`/config/orders/production?label=${before.slice(0, 10)}`);

    await expect(response.json()).resolves.toMatchObject({ db: { poolSize: 20 } });
    expect(response.headers.get('signalbox-version')).toBe(before);
  });

  it('answers 404 to what is not there, and names what is close', async () => {
    await using app = await startShop();

    for (const [path, code, closest] of UNKNOWN) {
      const response = await app.get(path);

      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      await expect(response.json()).resolves.toMatchObject({ code, closest });
    }
  });

  it('refuses what is malformed', async () => {
    await using app = await startShop();

    for (const path of MALFORMED) {
      const response = await app.get(path);

      expect(response.status).toBe(400);
      await expect(response.json()).resolves.toMatchObject({ code: 'request/invalid' });
    }
  });
});
