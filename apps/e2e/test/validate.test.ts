import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { Platform } from '../src/platform.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');
const SIGNALBOX = join(ROOT, 'apps', 'cli', 'bin', 'signalbox.mjs');
const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@shop.example', '-c', 'commit.gpgsign=false'];
const SCHEMA = JSON.stringify({ required: ['port'], properties: { port: { type: 'integer', minimum: 1024 } } });

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start({ instances: () => [] });
}, 60_000);

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

interface Told {
  readonly exitCode: number;
  readonly out: string;
}

async function signalbox(...args: readonly string[]): Promise<Told> {
  try {
    const { stdout } = await run(process.execPath, [SIGNALBOX, ...args]);
    return { exitCode: 0, out: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }; // as Node documents the error
    return { exitCode: code, out: stdout };
  }
}

/** Pairs that the command line calls broken: all that it names, as there are fewer than it would count. */
function brokenIn({ out }: Told, pairs: readonly string[]): readonly string[] {
  const all = out.includes('    in every service and environment\n') ? pairs : [];
  const named = [...out.matchAll(/^ {4}in (.*)$/gm)].flatMap(([, names = '']) => names.split(', '));
  return pairs.filter((pair) => all.includes(pair) || named.includes(pair));
}

/** Makes the directory a branch of the served repository, and answers which pairs of it the config-server does not serve. */
async function refusedOf(directory: string, label: string, pairs: readonly string[]): Promise<readonly string[]> {
  const git = (...args: readonly string[]) => run('git', ['-C', directory, ...IDENTITY, ...args]);
  await git('init', '--quiet', `--initial-branch=${label}`);
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', label);
  await git('push', '--quiet', platform.repository, label);
  const { stdout } = await git('rev-parse', 'HEAD');
  const refused: string[] = [];
  for (const pair of pairs) {
    const response = await fetch(platform.url('config', `/config/${pair}?label=${stdout.trim()}`));
    expect([200, 503]).toContain(response.status);
    if (response.status === 503) {
      refused.push(pair);
    }
  }
  return refused;
}

interface Case {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Every service in every environment, and whether it is broken. */
  readonly pairs: Readonly<Record<string, 'valid' | 'broken'>>;
  readonly links?: Readonly<Record<string, string>>;
}

const CASES: Readonly<Record<string, Case>> = {
  'a value out of bounds in one environment': {
    files: { 'a/schema.json': SCHEMA, 'a/default.yaml': 'port: 2000\n', 'a/x.yaml': 'port: 80\n', 'a/y.env': '' },
    pairs: { 'a/x': 'broken', 'a/y': 'valid' },
  },
  'documents that can not be read, of several services': {
    files: { 'a/x.yaml': 'a: [', 'b/default.env': 'oops\n', 'c/x.json': '{}', 'c/y.json': '{ "a": 1, "a": 2 }' },
    pairs: { 'a/x': 'broken', 'a/y': 'valid', 'b/x': 'broken', 'b/y': 'broken', 'c/x': 'valid', 'c/y': 'broken' },
  },
  'a broken common document': {
    files: { 'common/default.yaml': 'a: ${b}\n', 'a/x.yaml': 'b: 1\n', 'b/x.yaml': 'c: 1\n' },
    pairs: { 'a/x': 'valid', 'b/x': 'broken' },
  },
  'text that a schema turns into numbers': {
    files: {
      'a/schema.json': SCHEMA,
      'a/x.env': 'port=8080\n',
      'a/y.env': 'port=80.5\n',
      'a/z.yaml': 'port: "8080"\n',
    },
    pairs: { 'a/x': 'valid', 'a/y': 'broken', 'a/z': 'broken' },
  },
  'a schema that is none': {
    files: { 'a/schema.json': '{ "typ": 1 }', 'a/x.yaml': '', 'b/x.yaml': '' },
    pairs: { 'a/x': 'broken', 'b/x': 'valid' },
  },
  'imports of what is there and is not': {
    files: { 'a/service.yaml': 'imports: [g]', 'b/service.yaml': 'imports: [h]', 'g/x.yaml': '' },
    pairs: { 'a/x': 'valid', 'b/x': 'broken' },
  },
  'a document beyond the bound, and one that is no text': {
    files: {
      'a/x.yaml': `a: 1\n#${'x'.repeat(1_048_576)}`,
      'b/x.properties': new Uint8Array([0x61, 0x3d, 0xff]),
      'c/x.yaml': '',
    },
    pairs: { 'a/x': 'broken', 'b/x': 'broken', 'c/x': 'valid' },
  },
  'documents that are links': {
    files: { 'a/x.yaml': 'a: 1\n', 'outside.txt': 'a: [' },
    links: { 'a/default.yaml': '../outside.txt', 'a/y.yaml': 'y.yaml', 'a/loop': '..' },
    pairs: { 'a/x': 'valid' },
  },
  'env files in layers': {
    files: {
      'env/common.env': 'A=1\n',
      'env/a.env': 'port=80\n',
      'env/x/a.env': 'port=8080\n',
      'env/y/common.env': 'B=${C}\n',
      'env/a.schema.json': SCHEMA,
      'env/z/a.env': 'PORT=1\n',
    },
    pairs: { 'a/x': 'valid', 'a/y': 'broken', 'a/z': 'broken' },
  },
  'a secret by reference, and one in plain text that is too short': {
    files: {
      'a/schema.json': '{ "properties": { "key": { "type": "string", "minLength": 32 } } }',
      'a/x.yaml': 'key: ${secret:file/key}\n',
      'a/y.yaml': 'key: short\n',
    },
    pairs: { 'a/x': 'valid', 'a/y': 'broken' },
  },
};

async function write(directory: string, { files, links = {} }: Case): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    await symlink(target, join(directory, path));
  }
}

describe('what signalbox validate says of a directory', () => {
  it.each(Object.entries(CASES))('is what the config-server makes of it: %s', async (name, tried) => {
    await using directory = await temporaryDirectory();
    await write(directory.path, tried);
    const pairs = Object.keys(tried.pairs);
    const broken = pairs.filter((pair) => tried.pairs[pair] === 'broken');

    const told = await signalbox('validate', directory.path);

    expect(told.exitCode).toBe(broken.length === 0 ? 0 : 1);
    expect(told.out).toMatch(new RegExp(`\\b${pairs.length} configurations?\\b`));
    expect(brokenIn(told, pairs)).toEqual(broken);
    await expect(refusedOf(directory.path, name.replaceAll(/\W+/g, '-'), pairs)).resolves.toEqual(broken);
  });
});

describe('docker/env', () => {
  it('gives an env file from the config-server that is that from the directory', async () => {
    await using directory = await temporaryDirectory();
    await cp(join(ROOT, 'docker', 'env'), join(directory.path, 'env'), { recursive: true });
    const pairs = ['api', 'compose', 'postgres', 'web', 'worker'].map((service) => `${service}/production`);

    await expect(refusedOf(directory.path, 'env-files', pairs)).resolves.toEqual([]);

    for (const service of ['api', 'compose']) {
      const asked = ['env', service, '--env', 'production'];
      const served = await signalbox(...asked, '--url', platform.url('config'), '--label', 'env-files');
      expect(served.exitCode).toBe(0);
      expect(served.out).toContain('DATABASE_HOST=postgres\n');
      await expect(signalbox(...asked, '--dir', directory.path)).resolves.toEqual(served);
    }
  });
});
