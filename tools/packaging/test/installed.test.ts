import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { EmptyProject } from '../src/empty-project.ts';
import { installedPackages } from '../src/installed-packages.ts';
import { LocalRegistry } from '../src/local-registry.ts';
import { pack } from '../src/pack.ts';
import { entryPoints, type PackageDirectory, publishedLibraries, WORKSPACE } from '../src/workspace.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');
const TSC = join(WORKSPACE, 'node_modules', 'typescript', 'bin', 'tsc');

const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2023',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
};

const libraries = publishedLibraries();
const stack = new AsyncDisposableStack();
let registry: LocalRegistry;

beforeAll(async () => {
  const tarballs = stack.use(await temporaryDirectory());
  registry = stack.use(await LocalRegistry.start(await pack(libraries, tarballs.path), installedPackages()));
});

afterAll(async () => {
  await stack.disposeAsync();
});

/** Alone: what one library needs and does not say, another would bring along. Types are checked together: that takes longest. */
describe.each(libraries.map((library) => ({ name: library.manifest.name, library })))(
  '$name, installed from its tarball into an empty project',
  ({ name, library }) => {
    let project: EmptyProject;

    beforeAll(async () => {
      project = await EmptyProject.create();
      await project.install(registry.url, [name]);
    });

    afterAll(async () => {
      await project[Symbol.asyncDispose]();
    });

    it.each(entryPoints(library))('gives JavaScript what the source of %s exports', async (specifier) => {
      const source = (await import(specifier)) as object; // a module is one
      await project.write(
        'exports.js',
        `import * as module from '${specifier}';\nprocess.stdout.write(JSON.stringify(Object.keys(module).sort()));\n`,
      );

      expect(JSON.parse(await project.run(process.execPath, ['exports.js']))).toEqual(Object.keys(source).sort());
    });

    it('runs a program in TypeScript', async () => {
      await project.run(process.execPath, [await addProgram(project, library)]);
    });
  },
);

describe('all libraries, installed from their tarballs into an empty project', () => {
  it('compile with their programs in TypeScript, the declarations checked as well', async () => {
    await using project = await EmptyProject.create();
    await project.install(registry.url, [...libraries.map(({ manifest }) => manifest.name), '@types/node']);
    const programs = await Promise.all(libraries.map((library) => addProgram(project, library)));
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: programs }));

    await project.run(process.execPath, [TSC, '--project', '.']);
  });
});

/** Answers the name of the library's program in the project. */
async function addProgram(project: EmptyProject, { manifest }: PackageDirectory): Promise<string> {
  const program = `${basename(manifest.name)}.ts`;
  await copyFile(join(PROGRAMS, program), join(project.path, program));
  return program;
}
