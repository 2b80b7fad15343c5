import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { SHOP, startOn, writeFiles } from './start-app.ts';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

const TOKENS = [
  { name: 'shop', sha256: sha256('reading'), role: 'reader', services: ['orders'], environments: ['development'] },
  { name: 'team', sha256: sha256('writing'), role: 'writer', services: ['orders'], environments: ['development'] },
  { name: 'root', sha256: sha256('everything'), role: 'admin' },
];

async function startGuarded(dataDir: string) {
  const tokensFile = join(dataDir, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify(TOKENS));
  await writeFiles(join(dataDir, 'seed'), SHOP);
  const app = await startOn(dataDir, { tokensFile });
  return {
    ...app,
    status: async (token: string, path: string, body?: unknown) => {
      const response = await fetch(app.url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return response.status;
    },
  };
}

describe('access', () => {
  it('is refused to strangers, and given to each role within its services and environments', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);
    const update = { service: 'orders', environment: 'development', set: { a: 1 } };
    const production = { path: 'orders/production.yaml', content: 'a: 1\n' };

    const answers = {
      stranger: await app.status('guess', '/config/orders/development'),
      reads: await app.status('reading', '/config/orders/development'),
      readsElsewhere: await app.status('reading', '/config/orders/production'),
      readerWrites: await app.status('reading', '/admin/update', update),
      writes: await app.status('writing', '/admin/update', update),
      writesToAll: await app.status('writing', '/admin/update', { service: 'orders', set: { a: 1 } }),
      writesElsewhere: await app.status('writing', '/admin/update', { ...update, environment: 'production' }),
      writesAFileElsewhere: await app.status('writing', '/admin/update', {
        service: 'orders',
        environment: 'development',
        file: production,
      }),
      writerAdministers: await app.status('writing', '/admin/problems'),
      administers: await app.status('everything', '/admin/instances'),
    };

    expect(answers).toEqual({
      stranger: 401,
      reads: 200,
      readsElsewhere: 403,
      readerWrites: 403,
      writes: 200,
      writesToAll: 403,
      writesElsewhere: 403,
      writesAFileElsewhere: 400,
      writerAdministers: 403,
      administers: 200,
    });
  });

  it('leaves no token and no configured value in the log', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);
    await app.status('writing', '/admin/update', {
      service: 'orders',
      environment: 'development',
      set: { password: 'hunter2' },
    });
    await app.status('everything', '/admin/update', {
      service: 'orders',
      file: { path: 'orders/production.yaml', content: 'password: [hunter3\n' },
    });

    expect(app.log.join('')).not.toMatch(/writing|everything|hunter/);
  });
});
