import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { releaseVersion } from 'nx/release';

import { systemClock } from '@signalbox/clock';

import { allOrNothing, git } from './all-or-nothing.ts';
import { bumpFor, closeUnreleased } from './changelog.ts';
import { restate } from './stated-version.ts';
import { readPackage, WORKSPACE } from './workspace.ts';

const CHANGELOG = 'CHANGELOG.md';

/** Where the version stands besides the packages that nx knows, and how it is written there. */
const STATED: readonly {
  readonly path: string;
  readonly statement: (version: string) => string;
  readonly places?: number;
}[] = [
  { path: 'package.json', statement: (version: string) => `"version": "${version}"` },
  ...['config-server', 'registry', 'gateway'].map((app) => ({
    path: `apps/${app}/src/app.ts`,
    statement: (version: string) => `const VERSION = '${version}'`,
  })),
  // The images of the three servers and of the shop.
  { path: 'docker/compose.yaml', statement: (version) => `\${SIGNALBOX_VERSION:-${version}}`, places: 4 },
  { path: 'docker/.env.example', statement: (version) => `\nSIGNALBOX_VERSION=${version}\n` },
];

const run = promisify(execFile);

/** Where it fails, nothing is changed. */
async function releaseOrNothing(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { 'dry-run': { type: 'boolean' } }, allowPositionals: true });
  const [version] = positionals;
  await (values['dry-run'] === true
    ? release({ version, dryRun: true })
    : allOrNothing(WORKSPACE, () => release({ version, dryRun: false })));
}

interface ReleaseOptions {
  /** @default what the changelog asks for */
  readonly version: string | undefined;
  readonly dryRun: boolean;
}

/** Makes the commit and the tag of a release. Pushes nothing. */
async function release({ version, dryRun }: ReleaseOptions): Promise<void> {
  const current = readPackage(WORKSPACE).manifest.version;
  const changelog = await readFile(join(WORKSPACE, CHANGELOG), 'utf8');
  const specifier = version ?? bumpFor(changelog, current);
  const { workspaceVersion: next } = await releaseVersion({ specifier, dryRun });
  if (typeof next !== 'string') {
    throw new Error(`nx makes no version of ${specifier}`);
  }
  const date = new Date(systemClock.now()).toISOString().slice(0, 10);
  const changed = new Map([[CHANGELOG, closeUnreleased(changelog, next, date)], ...(await restated(current, next))]);
  if (dryRun) {
    process.stdout.write(`\nwould also change ${[...changed.keys()].join(', ')}, commit and tag v${next}\n`);
    return;
  }
  for (const [path, text] of changed) {
    await writeFile(join(WORKSPACE, path), text);
  }
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--offline'], { cwd: WORKSPACE });
  await git(WORKSPACE, 'commit', '--all', '--message', `Release ${next}`);
  await git(WORKSPACE, 'tag', '--annotate', `v${next}`, '--message', `Release ${next}`);
  process.stdout.write(`\nreleased ${next}: look at the commit, then git push --follow-tags\n`);
}

/** By path, the files of STATED with the next version. */
async function restated(current: string, next: string): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(
    STATED.map(async ({ path, statement, places = 1 }) => {
      const text = await readFile(join(WORKSPACE, path), 'utf8');
      return [path, restate(text, { current: statement(current), next: statement(next), places })] as const;
    }),
  );
}

try {
  await releaseOrNothing();
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
