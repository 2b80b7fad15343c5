import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { imageNames, temporaryDirectory } from '@signalbox/testkit';

const TOOL = join(import.meta.dirname, '..');

interface FakeMachine {
  /** Shell script in the place of docker; `$KEPT` is a directory to leave things in. */
  readonly docker: string;
  /** What npm says of its settings. */
  readonly npm?: Readonly<Record<string, string | null>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `npm run images` on a machine of shell scripts; `kept` are files that its docker left. */
async function buildImages({ docker, npm, environment = {} }: FakeMachine, kept: readonly string[] = []) {
  await using directory = await temporaryDirectory();
  const settings = JSON.stringify(npm ?? { registry: 'https://packages.example/', cafile: null });
  const programs = { docker, git: 'echo 0123abc', npm: `echo '${settings}'` };
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(directory.path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(directory.path, name), 0o755);
  }
  const env = { PATH: `${directory.path}:/usr/bin:/bin`, KEPT: directory.path, ...environment };
  const args = ['--conditions=@signalbox/source', join(TOOL, 'src/images/main.ts')];
  const outcome = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
  const texts = await Promise.all(kept.map((name) => readFile(join(directory.path, name), 'utf8')));
  return { ...outcome, texts };
}

/** A docker whose every build succeeds with an image of this size, after it ran a script; the context is `$context`. */
function dockerWithImagesOf(bytes: number, onBuild = ':'): string {
  return `for context; do :; done
case "$*" in
  build*) ${onBuild}; echo sha256:0123 ;;
  *Size*) echo ${bytes} ;;
esac`;
}

describe('npm run images', { timeout: 30_000 }, () => {
  it('tells the size of the image of every app, and what it may be', async () => {
    const { code, stdout } = await buildImages({ docker: dockerWithImagesOf(256_400_000) });

    expect(stdout.replaceAll(/in [\d.]+ s/g, 'in a while').split('\n')).toEqual([
      'signalbox/config-server:0.1.0: 256 MB of at most 380 MB, in a while',
      'signalbox/registry:0.1.0: 256 MB of at most 280 MB, in a while',
      'signalbox/gateway:0.1.0: 256 MB of at most 280 MB, in a while',
      'signalbox/demo:0.1.0: 256 MB of at most 280 MB, in a while',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('fails where an image is larger than it may be, and names it', async () => {
    const { code, stderr } = await buildImages({ docker: dockerWithImagesOf(280_000_001) });

    expect(stderr).toBe(
      'images: larger than it may be: signalbox/registry:0.1.0, signalbox/gateway:0.1.0, signalbox/demo:0.1.0\n',
    );
    expect(code).toBe(1);
  });

  it('labels an image with the version and the commit that it is of', async () => {
    const docker = dockerWithImagesOf(1, 'echo "$*" >> $KEPT/builds');

    const { texts } = await buildImages({ docker }, ['builds']);

    expect(texts[0]).toMatch(/APP=registry .*VERSION=0\.1\.0 .*REVISION=0123abc/);
  });

  it('installs from where npm of this machine does, and trusts whom that trusts', async () => {
    await using elsewhere = await temporaryDirectory();
    const cafile = join(elsewhere.path, 'authority.pem');
    await writeFile(cafile, 'an authority\n');
    const docker = dockerWithImagesOf(1, 'cp "$context"/npmrc "$context"/*.pem $KEPT 2>/dev/null');
    const npm = { registry: 'https://packages.example/', cafile };

    const { texts } = await buildImages({ docker, npm }, ['npmrc', 'certificates.pem']);

    expect(texts).toEqual(['registry=https://packages.example/\n', 'an authority\n']);
  });

  it('keeps the password of a registry out of the image', async () => {
    const docker = dockerWithImagesOf(1, 'cp "$context"/npmrc $KEPT 2>/dev/null');
    const npm = { registry: 'https://someone:hunter2@packages.example/npm/', cafile: null };

    const { texts } = await buildImages({ docker, npm }, ['npmrc']);

    expect(texts).toEqual(['registry=https://packages.example/npm/\n']);
  });

  it('trusts whom Node is told to trust where npm has no list of its own', async () => {
    await using elsewhere = await temporaryDirectory();
    const NODE_EXTRA_CA_CERTS = join(elsewhere.path, 'authority.pem');
    await writeFile(NODE_EXTRA_CA_CERTS, 'another authority\n');
    const docker = dockerWithImagesOf(1, 'cp "$context"/*.pem $KEPT 2>/dev/null');

    const { texts } = await buildImages({ docker, environment: { NODE_EXTRA_CA_CERTS } }, ['certificates.pem']);

    expect(texts).toEqual(['another authority\n']);
  });

  it('tells what a build that failed printed', async () => {
    const { code, stderr } = await buildImages({
      docker: '[ "$1" != build ] || { echo no such package >&2; exit 1; }',
    });

    expect(stderr).toMatch(/^images: .*\nno such package\n/);
    expect(code).toBe(1);
  });

  it.each([
    ['exit 1', 'no Docker engine answers: tools/containers/ensure-engine.sh installs one on Debian and Ubuntu'],
    [
      '[ "$1" = version ]',
      `${imageNames.node} is not on this machine and can't be pulled: tools/containers/build-local-images.sh builds it`,
    ],
  ])('says in one line what to do where docker says "%s"', async (docker, line) => {
    const { code, stderr } = await buildImages({ docker });

    expect(stderr).toBe(`images: ${line}\n`);
    expect(code).toBe(1);
  });

  it('builds on the Node that the tests know', async () => {
    const dockerfile = await readFile(join(TOOL, '../../docker/Dockerfile'), 'utf8');

    expect(dockerfile).toContain(`\nARG NODE_IMAGE=${imageNames.node}\n`);
  });
});
