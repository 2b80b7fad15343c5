import type { DestinationRule } from '@signalbox/schemas';

import type { InstanceSource } from './instance-source.ts';

import { Upstream, type UpstreamOptions } from './upstream.ts';

/** The services that routes lead to, each watched once however many routes name it. */
export class Upstreams {
  readonly #source: InstanceSource;
  readonly #options: UpstreamOptions;
  readonly #upstreams = new Map<string, Upstream>();

  constructor(source: InstanceSource, options: UpstreamOptions) {
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

  /** Instances are chosen by these rules from now on, and without a rule by weight in turn. */
  balanceBy(rules: Readonly<Record<string, DestinationRule>>): void {
    for (const [service, upstream] of this.#upstreams) {
      upstream.balanceBy(rules[service]?.trafficPolicy.loadBalancer);
    }
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
