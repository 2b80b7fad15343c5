import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const COMPILE_AHEAD = join(import.meta.dirname, 'main.ts');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'compile-ahead-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('modules are left compiled, with what they import, and none of them has run', async () => {
  const [module, imported, trace] = ['module.ts', 'imported.ts', 'trace'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const leaveTrace = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, '');`;
  await writeFile(imported, `${leaveTrace} export const answer: number = 42;`);
  await writeFile(module, `${leaveTrace} import './imported.ts';`);

  const withoutModules = await cachedAfter([]);
  const withModules = await cachedAfter([module]);

  expect(withModules - withoutModules).toBeGreaterThanOrEqual(2);
  expect(existsSync(trace)).toBe(false);
});

test('a module that can not be loaded is told of', async () => {
  const missing = join(directory, 'missing.ts');

  await expect(cachedAfter([missing])).rejects.toThrow('missing.ts');
});

async function cachedAfter(modules: readonly string[]): Promise<number> {
  const cache = join(directory, 'cache');
  await promisify(execFile)(process.execPath, [COMPILE_AHEAD, ...modules], {
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
