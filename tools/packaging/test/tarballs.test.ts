import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

import { temporaryDirectory } from '@signalbox/testkit';

import { builtFiles } from '../src/built-files.ts';
import { pack, type Tarball } from '../src/pack.ts';
import { publishedLibraries, WORKSPACE } from '../src/workspace.ts';

const run = promisify(execFile);

/**
 * What an ESM package with `exports` can't be: `node10` knows no `exports`, and TypeScript warns of `require` where Node
 * has loaded ES modules by it since 22.12 (https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require).
 */
const OF_OTHER_TIMES = new Set(['node10', 'node16-cjs']);

const SourceMap = z.object({ sources: z.array(z.string()).min(1) });

interface Unpacked {
  readonly name: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Where it is unpacked. */
  readonly root: string;
}

const libraries = publishedLibraries();
const stack = new AsyncDisposableStack();
let packages: readonly Unpacked[];

beforeAll(async () => {
  const { path } = stack.use(await temporaryDirectory());
  packages = await Promise.all((await pack(libraries, path)).map((tarball) => unpack(tarball, path)));
});

afterAll(async () => {
  await stack.disposeAsync();
});

async function unpack({ library, path }: Tarball, directory: string): Promise<Unpacked> {
  const { name } = library.manifest;
  const root = join(directory, name);
  await mkdir(root, { recursive: true });
  await run('tar', ['-xzf', path, '-C', root, '--strip-components', '1']);
  return { name, root, content: Uint8Array.from(await readFile(path)) };
}

function packageOf(name: string): Unpacked {
  const found = packages.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`${name} was not packed`);
  }
  return found;
}

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .sort();
}

/** What a document links to in its own directory and below. */
function linksIn(document: string): readonly string[] {
  const links = readFileSync(document, 'utf8').matchAll(/\]\((?!https?:|\.\.)([^)#]+)/g);
  return [...new Set([...links].map(([, path = '']) => path))];
}

describe.each(libraries.map(({ manifest }) => manifest.name))('the tarball of %s', (name) => {
  it('has nothing that publint objects to', async () => {
    const { content } = packageOf(name);

    const { messages, pkg } = await publint({ pack: { tarball: content.buffer }, strict: true });

    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types that resolve wherever the package does', async () => {
    const { content } = packageOf(name);

    const analysis = await checkPackage(createPackageFromTarballData(content));

    expect(analysis.types).toMatchObject({ kind: 'included' });
    const problems = 'problems' in analysis ? analysis.problems : [];
    expect(
      problems.filter((problem) => !('resolutionKind' in problem && OF_OTHER_TIMES.has(problem.resolutionKind))),
    ).toEqual([]);
  });

  it('has modules, their types and maps, their sources, README with what it links to, license, and nothing else', () => {
    const { root } = packageOf(name);
    const files = filesIn(root);

    const sources = files.filter((file) => /^src\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'));
    const linked = linksIn(join(root, 'README.md'));
    expect(files).toEqual(
      ['LICENSE', 'README.md', 'package.json', ...linked, ...sources, ...builtFiles(sources)].sort(),
    );
    expect(sources).toContain('src/index.ts');
    expect(readFileSync(join(root, 'LICENSE'), 'utf8')).toBe(readFileSync(join(WORKSPACE, 'LICENSE'), 'utf8'));
  });

  it('has maps that lead to sources which are in it', () => {
    const { root } = packageOf(name);
    const files = filesIn(root);
    const maps = files.filter((file) => file.endsWith('.map'));

    const led = maps.flatMap((map) => {
      const { sources } = SourceMap.parse(JSON.parse(readFileSync(join(root, map), 'utf8')));
      return sources.map((source) => join(dirname(map), source));
    });

    expect(led.filter((source) => !files.includes(source))).toEqual([]);
  });

  it('says for which Node it is, and that it may be shaken', () => {
    const { root } = packageOf(name);

    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=22.22' },
    });
  });
});
