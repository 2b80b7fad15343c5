import type { InstanceSource, InstanceWatch, UpstreamInstance } from '../src/upstreams/instance-source.ts';

/** A registry in memory, which says what a test wants and when. */
export class FakeRegistry implements InstanceSource, AsyncDisposable {
  readonly #services = new Map<string, readonly UpstreamInstance[]>();
  readonly #watches = new Map<string, Set<() => void>>();
  readonly #answers = Promise.withResolvers<undefined>();
  #isAway = false;

  /** No watch hears anything until `comeBack`. */
  goAway(): void {
    this.#isAway = true;
  }

  comeBack(): void {
    this.#isAway = false;
    this.#answers.resolve(undefined);
    for (const listeners of this.#watches.values()) {
      listeners.forEach((listener) => {
        listener();
      });
    }
  }

  set(service: string, instances: readonly (Partial<UpstreamInstance> & { readonly port: number })[]): void {
    this.#services.set(
      service,
      instances.map((instance, i) => ({
        id: `${service}-${i + 1}`,
        scheme: 'http',
        address: '127.0.0.1',
        weight: 1,
        status: 'up',
        ...instance,
      })),
    );
    this.#watches.get(service)?.forEach((listener) => {
      listener();
    });
  }

  /** Services that are watched at this moment. */
  get watched(): readonly string[] {
    return [...this.#watches.keys()].filter((service) => (this.#watches.get(service)?.size ?? 0) > 0).sort();
  }

  watch(service: string): InstanceWatch {
    const listeners = this.#watches.get(service) ?? new Set<() => void>();
    this.#watches.set(service, listeners);
    const instancesOf = () => (this.#isAway ? [] : (this.#services.get(service) ?? []));
    return {
      get instances() {
        return instancesOf();
      },
      ready: this.#isAway ? this.#answers.promise : Promise.resolve(),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => {
        listeners.clear();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.resolve();
  }
}
