import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** The services of the shop: each asks the one after it. */
export const SHOP = ['web', 'orders', 'products'] as const;
export type ShopService = (typeof SHOP)[number];

/** How a parcel is wrapped, by the services that had a part in it. */
export type Wrapping = Partial<Record<ShopService, 'paper' | 'gift'>>;

export interface ReleaseOptions {
  readonly service: ShopService;
  /** Where the service after this one listens now. @default there is none */
  readonly nextUrl?: () => string;
  /** Whether parcels are wrapped as gifts. */
  readonly wrapsGifts: () => Promise<boolean>;
}

/** A release of a service of the shop that serves requests. */
export class ShopRelease implements AsyncDisposable {
  readonly #options: ReleaseOptions;
  readonly #server: Server;

  private constructor(options: ReleaseOptions) {
    this.#options = options;
    this.#server = createServer((_request, response) => {
      this.#wrap().then(
        (wrapping) => response.end(JSON.stringify(wrapping)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  }

  static async start(options: ReleaseOptions): Promise<ShopRelease> {
    const release = new ShopRelease(options);
    release.#server.listen(0, '127.0.0.1');
    await once(release.#server, 'listening');
    return release;
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

  async #wrap(): Promise<Wrapping> {
    const { service, nextUrl, wrapsGifts } = this.#options;
    const inner = nextUrl === undefined ? {} : await askForWrapping(nextUrl());
    return { [service]: (await wrapsGifts()) ? 'gift' : 'paper', ...inner };
  }
}

export async function askForWrapping(url: string): Promise<Wrapping> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as Wrapping; // written by #wrap
}
