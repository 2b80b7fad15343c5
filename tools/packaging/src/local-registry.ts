import type { AddressInfo } from 'node:net';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { Tarball } from './pack.ts';
import type { PackageDirectory } from './workspace.ts';

const TARBALLS = '/-/tarballs/';

interface Offer {
  readonly directory: PackageDirectory;
  /** Where its tarball lies; undefined where one is made of the directory when it is asked for. */
  readonly tarball: string | undefined;
}

/** A package registry on loopback, from which npm installs what was packed, and what is installed in the workspace. */
export class LocalRegistry implements AsyncDisposable {
  readonly #offers: readonly Offer[];
  readonly #server: Server;

  private constructor(offers: readonly Offer[]) {
    this.#offers = offers;
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '/');
      this.#answer(path, response).catch((error: unknown) => response.destroy(error as Error)); // npm reports the loss
    });
  }

  static async start(packed: readonly Tarball[], installed: readonly PackageDirectory[]): Promise<LocalRegistry> {
    const registry = new LocalRegistry([
      ...packed.map(({ library, path }) => ({ directory: library, tarball: path })),
      ...installed.map((directory) => ({ directory, tarball: undefined })),
    ]);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
    return `http://127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    if (path.startsWith(TARBALLS)) {
      await this.#sendTarball(this.#offers[Number(path.slice(TARBALLS.length))], response);
      return;
    }
    const name = path.slice(1);
    const versions = this.#versionsOf(name);
    if (versions.length === 0) {
      response.writeHead(404).end();
      return;
    }
    const [latest] = versions.at(-1) ?? [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(versions) }));
  }

  #versionsOf(name: string) {
    return this.#offers
      .map(({ directory: { manifest } }, index) => ({ manifest, index }))
      .filter(({ manifest }) => manifest.name === name)
      .map(({ manifest, index }) => {
        return [manifest.version, { ...manifest, dist: { tarball: `${this.url}${TARBALLS}${index}` } }] as const;
      });
  }

  async #sendTarball(offer: Offer | undefined, response: ServerResponse): Promise<void> {
    if (offer === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { tarball, directory } = offer;
    const content = tarball === undefined ? tarballOf(directory.path) : createReadStream(tarball);
    await pipeline(content, response);
  }
}

/** npm drops the first directory of every path, whatever its name. */
function tarballOf(path: string) {
  const options = ['-czf', '-', '--exclude', `${basename(path)}/node_modules`, '-C', dirname(path), basename(path)];
  return spawn('tar', options, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}
