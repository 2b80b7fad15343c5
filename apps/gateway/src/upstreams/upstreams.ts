import type { EndpointOptions } from './endpoint.ts';
import type { InstanceSource } from './instance-source.ts';

import { Upstream } from './upstream.ts';

/** The services that routes lead to, each watched once however many routes name it. */
export class Upstreams {
  readonly #source: InstanceSource;
  readonly #options: EndpointOptions;
  readonly #upstreams = new Map<string, Upstream>();

  constructor(source: InstanceSource, options: EndpointOptions) {
    this.#source = source;
    this.#options = options;
  }

  get all(): readonly Upstream[] {
    return [...this.#upstreams.values()];
  }

  /** The service's upstream; its watch begins with the first call. */
  of(service: string): Upstream {
    const known = this.#upstreams.get(service);
    if (known !== undefined) {
      return known;
    }
    const upstream = new Upstream(service, this.#source.watch(service), this.#options);
    this.#upstreams.set(service, upstream);
    return upstream;
  }

  /** Lets go of every other service; requests under way to it finish. */
  retain(services: ReadonlySet<string>): void {
    for (const [service, upstream] of this.#upstreams) {
      if (!services.has(service)) {
        this.#upstreams.delete(service);
        void upstream.close();
      }
    }
  }

  /** Ends all watches and cuts what is still under way. */
  async destroy(): Promise<void> {
    const upstreams = this.all;
    this.#upstreams.clear();
    await Promise.all(upstreams.map((upstream) => upstream.destroy()));
  }
}
