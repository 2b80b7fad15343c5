import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';

import { publishedLibraries, readPackage, WORKSPACE } from '../src/workspace.ts';

const run = promisify(execFile);

const RELEASE = ['--conditions=@signalbox/source', join(WORKSPACE, 'tools', 'packaging', 'src', 'main.ts')];

it('a dry run makes one version of every published library, and changes nothing', async () => {
  const before = publishedLibraries();

  const { stdout } = await run(process.execPath, [...RELEASE, '7.0.0', '--dry-run'], { cwd: WORKSPACE });

  const said = stripVTControlCharacters(stdout); // what runs the tests may ask for colours
  for (const { manifest } of before) {
    expect(said).toContain(`${manifest.name} ✍️  New version 7.0.0 written to manifest`);
  }
  expect(said).toContain('would also change CHANGELOG.md');
  expect(publishedLibraries()).toEqual(before);
});

it('every published library has the version of the workspace', () => {
  const { version } = readPackage(WORKSPACE).manifest;

  expect(publishedLibraries().filter(({ manifest }) => manifest.version !== version)).toEqual([]);
});
