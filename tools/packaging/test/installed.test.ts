import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { EmptyProject } from '../src/empty-project.ts';
import { installedPackages } from '../src/installed-packages.ts';
import { LocalRegistry } from '../src/local-registry.ts';
import { pack } from '../src/pack.ts';
import { entryPoints, publishedLibraries, WORKSPACE } from '../src/workspace.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');
const TSC = join(WORKSPACE, 'node_modules', 'typescript', 'bin', 'tsc');

const libraries = publishedLibraries();
const names = libraries.map(({ manifest }) => manifest.name);
const stack = new AsyncDisposableStack();
let project: EmptyProject;

/** What `npm install` of every library gives an empty project, from their tarballs and with no network. */
beforeAll(async () => {
  const tarballs = stack.use(await temporaryDirectory());
  const registry = stack.use(await LocalRegistry.start(await pack(libraries, tarballs.path), installedPackages()));
  project = stack.use(await EmptyProject.create());
  await project.install(registry.url, [...names, '@types/node']);
});

afterAll(async () => {
  await stack.disposeAsync();
});

describe('JavaScript', () => {
  const specifiers = libraries.flatMap(entryPoints);
  let exported: Readonly<Record<string, readonly string[]>>;

  beforeAll(async () => {
    const imports = specifiers.map((specifier, index) => `import * as module${index} from '${specifier}';`);
    const modules = specifiers.map((specifier, index) => `'${specifier}': Object.keys(module${index}).sort()`);
    await project.write(
      'all.js',
      `${imports.join('\n')}\nprocess.stdout.write(JSON.stringify({ ${modules.join(', ')} }));\n`,
    );
    exported = JSON.parse(await project.run(process.execPath, ['all.js'])) as typeof exported; // written by all.js
  });

  it.each(specifiers)('gets from %s what its source exports', async (specifier) => {
    const source = (await import(specifier)) as object; // a module is one

    expect(exported[specifier]).toEqual(Object.keys(source).sort());
  });
});

describe('TypeScript', () => {
  const programs = globSync('*.ts', { cwd: PROGRAMS }).map((file) => basename(file, '.ts'));

  beforeAll(async () => {
    for (const program of programs) {
      await project.write(`${program}.ts`, await readFile(join(PROGRAMS, `${program}.ts`), 'utf8'));
    }
    await project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          types: ['node'],
        },
        include: ['*.ts'],
      }),
    );
    await project.run(process.execPath, [TSC, '--project', '.']);
  });

  it('has a program for every library', () => {
    expect(programs.map((program) => `@signalbox/${program}`).sort()).toEqual([...names].sort());
  });

  it.each(programs)('compiles and runs a program that uses %s, its declarations checked as well', async (program) => {
    await project.run(process.execPath, [`${program}.js`]);
  });
});
