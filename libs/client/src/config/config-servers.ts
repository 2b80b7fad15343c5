import { type ApiAnswer, type ApiRequest, HttpApi, type HttpApiOptions } from '../connection/http-api.ts';
import { parseServerUrl, toSocketUrl } from '../connection/server-url.ts';
import { SignalboxError } from '../errors.ts';

interface ConfigServer {
  readonly address: URL;
  readonly api: HttpApi;
}

/** The config-servers that may be asked: one at a time, from a random one on, each until it fails. */
export class ConfigServers {
  readonly #servers: readonly ConfigServer[];
  #at: number;

  /** Throws a TypeError or RangeError as HttpApi and parseServerUrl do, and for no address at all. */
  constructor(url: string | readonly string[], options: Omit<HttpApiOptions, 'server'>) {
    const addresses = Array.isArray(url) ? (url as readonly string[]) : [url as string]; // Array.isArray knows no readonly lists
    if (addresses.length === 0) {
      throw new TypeError('url: must have at least 1 address, not none');
    }
    this.#servers = addresses.map((text) => {
      const address = parseServerUrl(text);
      return { address, api: new HttpApi({ ...options, server: address }) };
    });
    // So that those who start together do not all ask the same one.
    this.#at = Math.floor(Math.random() * this.#servers.length);
  }

  /** Of the socket of the one that is asked now. */
  get socketUrl(): URL {
    return toSocketUrl(this.#current.address, 'ws');
  }

  /** Rejects as HttpApi does: with the last failure where all of them fail, and at once where one refuses for good. */
  async request(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> {
    for (let left = this.#servers.length; ; left -= 1) {
      const asked = this.#current;
      try {
        return await asked.api.request(request, signal);
      } catch (error) {
        if (!(error instanceof SignalboxError && error.retryable)) {
          throw error;
        }
        this.#moveOnFrom(asked);
        if (left === 1) {
          throw error;
        }
      }
    }
  }

  /** The one that was asked last failed: the next is asked from now on. */
  moveOn(): void {
    this.#moveOnFrom(this.#current);
  }

  get #current(): ConfigServer {
    const current = this.#servers[this.#at];
    if (current === undefined) {
      throw new Error(`no server ${this.#at}`);
    }
    return current;
  }

  /** Several requests may fail at once: it is left once. */
  #moveOnFrom(failed: ConfigServer): void {
    if (failed === this.#current) {
      this.#at = (this.#at + 1) % this.#servers.length;
    }
  }
}
