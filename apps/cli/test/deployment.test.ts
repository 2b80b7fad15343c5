import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { signalbox, writeFiles } from './command-line.ts';
import { readAsComposeGo } from './compose-readers.ts';

const ENV_FILES = join(import.meta.dirname, '..', '..', '..', 'docker', 'env');

async function changed(files: Readonly<Record<string, string>>) {
  await using directory = await temporaryDirectory();
  await cp(ENV_FILES, directory.path, { recursive: true });
  await writeFiles(directory.path, files);
  return await signalbox(['validate', directory.path, '--mount', 'env']);
}

async function variablesOf(service: string, environment: string) {
  const { out } = await signalbox(['env', service, '--env', environment, '--dir', ENV_FILES, '--mount', 'env']);
  return readAsComposeGo(out);
}

describe('docker/env', () => {
  it('is valid in three environments', async () => {
    const { exitCode, out } = await signalbox(['validate', ENV_FILES, '--mount', 'env']);

    expect(exitCode).toBe(0);
    expect(out).toMatch(/^24 configurations valid/);
    expect(out).toContain('  api       development, production, staging: ');
  });

  it('gives api what is common, its own, and both groups behind their prefixes', async () => {
    const variables = await variablesOf('api', 'production');

    expect(Object.fromEntries(variables)).toMatchObject({
      ENVIRONMENT: 'production',
      PORT: '8080',
      DATABASE_HOST: 'postgres',
      DATABASE_URL: 'postgres://orders@postgres:5432/orders',
      CACHE_PORT: '6379',
    });
  });

  it('gives web no groups, and a Compose file the keys of all behind their names', async () => {
    const web = [...(await variablesOf('web', 'staging')).keys()];
    const compose = await variablesOf('compose', 'staging');

    expect(web.filter((name) => /^(DATABASE|CACHE)_/.test(name))).toEqual([]);
    expect(Object.fromEntries(compose)).toMatchObject({ API_PORT: '8080', WEB_PORT: '8080', DATABASE_PORT: '5432' });
  });

  it('holds no secret, in any environment of any service', async () => {
    for (const service of ['api', 'compose', 'postgres', 'products', 'redis', 'worker']) {
      for (const environment of ['development', 'production', 'staging']) {
        const variables = await variablesOf(service, environment);
        const secrets = [...variables].filter(([name]) => name.includes('PASSWORD'));

        expect(secrets.length).toBeGreaterThan(0);
        expect(secrets.every(([name, value]) => name.endsWith('_FILE') && value.startsWith('/run/secrets/'))).toBe(
          true,
        );
      }
    }
  });

  it.each([
    ['production/common.env', 'ENVIRONMENT=prod', '/ENVIRONMENT must be one of "development", "staging", "production"'],
    ['production/api.env', 'PORT=80', '/PORT must be >= 1024 (value: "80")'],
    ['staging/web.env', 'PORT=65536', '/PORT must be <= 65535 (value: "65536")'],
    ['staging/database.env', 'POOL_SIZE=0', '/DATABASE/POOL_SIZE must be > 0 (value: "0")'],
    ['staging/worker.env', 'CONCURRENCY=many', '/CONCURRENCY must be integer, is string (value: "many")'],
    [
      'development/cache.env',
      `PASSWORD=${'x'.repeat(31)}`,
      '/CACHE/PASSWORD must NOT have fewer than 32 characters (value: not shown)',
    ],
  ])('refuses %s with %j', async (path, text, told) => {
    const { exitCode, out } = await changed({ [path]: text });

    expect(exitCode).toBe(1);
    expect(out).toContain(told);
    expect(out).not.toContain('xxx');
  });

  it('takes a secret that is long enough', async () => {
    const { exitCode } = await changed({ 'development/cache.env': `PASSWORD=${'x'.repeat(32)}` });

    expect(exitCode).toBe(0);
  });
});
