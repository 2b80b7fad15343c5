import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { HealthChecker } from '@signalbox/health-checker';
import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { createService } from '../service.ts';

async function startService({ tokensFile }: { tokensFile?: string } = {}) {
  const service = await createService({
    name: 'teapot',
    version: '1.0.0',
    description: 'a service of tests',
    settings: { host: '127.0.0.1', port: 0, logLevel: 'silent', drainNoticeMs: 0, ...(tokensFile && { tokensFile }) },
    health: new HealthChecker({ clock: new FakeClock() }),
    toProblem: () => undefined,
  });
  service.http.get('/cups/:cup', { schema: { params: z.object({ cup: z.coerce.number().int() }) } }, () => ({}));
  const { port } = await service.listen();
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: service.close };
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.text();
  return response.status;
}

describe('the page of the API', () => {
  it('is served with what it consists of', async () => {
    await using service = await startService();

    const page = await fetch(`${service.url}/docs`);
    const html = await page.text();
    const [, style = ''] = /href="([^"]+\.css)"/.exec(html) ?? [];
    const sheet = await fetch(new URL(style, page.url));
    await sheet.text();

    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toContain('swagger-ui');
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });

  it('knows the routes of the service, and none of its own', async () => {
    await using service = await startService();

    const document = (await (await fetch(`${service.url}/docs/json`)).json()) as { paths: object };

    expect(document).toEqual(await (await fetch(`${service.url}/openapi.json`)).json());
    expect(Object.keys(document.paths)).toContain('/cups/{cup}');
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/docs'))).toEqual([]);
  });

  it('is open to those without a token', async () => {
    await using directory = await temporaryDirectory();
    const tokensFile = join(directory.path, 'tokens.json');
    await writeFile(tokensFile, JSON.stringify([{ name: 'ops', role: 'admin', sha256: 'a'.repeat(64) }]));
    await using service = await startService({ tokensFile });

    const statuses = await Promise.all(['/docs', '/docs/json', '/cups/1'].map((path) => statusOf(service.url + path)));

    expect(statuses).toEqual([200, 200, 401]);
  });

  it('answers a problem for what it has not', async () => {
    await using service = await startService();

    const response = await fetch(`${service.url}/docs/static/..%2f..%2fpackage.json`);
    await response.text();

    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});
