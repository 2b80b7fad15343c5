import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Engine } from '../engine.ts';

const execute = promisify(execFile);

/** What npm says of its settings, as far as they decide how its registry is reached. Credentials are not among them. */
interface NpmSettings {
  readonly registry: string;
  readonly cafile: string | null;
}

const TAG = 'signalbox-build:npm';
const CERTIFICATES = '/usr/local/etc/npm-certificates.pem';

/**
 * Builds, on top of an image of Node, the image that dependencies are installed in: its npm goes to the registry that this machine's
 * npm goes to, and trusts whom that trusts. Resolves with its name. It stays on this machine: what is shipped is built on Node's own.
 */
export async function buildNpmImage(engine: Pick<Engine, 'build'>, nodeImage: string): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'signalbox-npm-'));
  try {
    const { registry, cafile } = await npmSettings();
    await writeContext(context, { registry, certificates: cafile ?? process.env['NODE_EXTRA_CA_CERTS'] });
    const dockerfile = join(context, 'Dockerfile');
    await engine.build({ tag: TAG, context, dockerfile, arguments: { NODE_IMAGE: nodeImage } });
    return TAG;
  } finally {
    await rm(context, { recursive: true });
  }
}

async function npmSettings(): Promise<NpmSettings> {
  const { stdout } = await execute('npm', ['config', 'list', '--json']);
  const { registry, cafile } = JSON.parse(stdout) as NpmSettings; // npm has both, set or by default
  return { registry: withoutCredentials(registry), cafile };
}

/** A URL may hold them too. */
function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

interface NpmNetwork {
  readonly registry: string;
  /** File of the authorities that are trusted, where they are not Node's own. */
  readonly certificates: string | undefined;
}

/** `etc/npmrc` beneath its prefix is npm's global configuration. */
async function writeContext(context: string, { registry, certificates }: NpmNetwork): Promise<void> {
  const dockerfile = ['ARG NODE_IMAGE', 'FROM $NODE_IMAGE', 'COPY npmrc /usr/local/etc/npmrc'];
  await writeFile(join(context, 'npmrc'), `registry=${registry}\n`);
  if (certificates !== undefined) {
    await copyFile(certificates, join(context, 'certificates.pem'));
    dockerfile.push(`COPY certificates.pem ${CERTIFICATES}`, `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`);
  }
  await writeFile(join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
}
