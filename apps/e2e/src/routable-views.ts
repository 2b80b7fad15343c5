import type { GatewayEndpointsResponse } from '@signalbox/schemas';

import { RegistryClient } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { isRoutable } from '@signalbox/schemas';

import type { Platform } from './platform.ts';

/** How often the gateway is asked: its admin API has no watch. */
const LOOK_EVERY_MS = 25;

/** How few instances of a service those who route to it ever had: the gateway, and a client with the SDK's watch. */
export class RoutableViews implements AsyncDisposable {
  readonly #platform: Platform;
  readonly #service: string;
  readonly #client: RegistryClient;
  readonly #stop = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #fewestOfGateway = Infinity;
  #fewestOfClient = Infinity;

  private constructor(platform: Platform, service: string) {
    this.#platform = platform;
    this.#service = service;
    this.#client = new RegistryClient({ url: platform.url('registry'), environment: 'production' });
  }

  /** Resolves once both know as many instances of the service: who routes learns of a start a moment after it. */
  static async follow(platform: Platform, service: string, instances: number): Promise<RoutableViews> {
    const views = new RoutableViews(platform, service);
    const watch = views.#client.watch(service);
    await watch.ready;
    const usableToClient = () => watch.instances.filter(({ status }) => isRoutable(status)).length;
    while (usableToClient() < instances || (await views.#usableToGateway()) < instances) {
      await systemClock.sleep(LOOK_EVERY_MS);
    }
    const look = () => {
      views.#fewestOfClient = Math.min(views.#fewestOfClient, usableToClient());
    };
    watch.onChange(look);
    look();
    await views.#lookAtGateway();
    views.#looking = views.#keepLooking();
    return views;
  }

  get fewest(): { readonly gateway: number; readonly client: number } {
    return { gateway: this.#fewestOfGateway, client: this.#fewestOfClient };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#looking;
    await this.#client.close();
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#lookAtGateway();
      await systemClock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined); // only the signal ends a sleep early
    }
  }

  async #lookAtGateway(): Promise<void> {
    this.#fewestOfGateway = Math.min(this.#fewestOfGateway, await this.#usableToGateway());
  }

  async #usableToGateway(): Promise<number> {
    const { services } = await this.#platform.getJson<GatewayEndpointsResponse>('admin', '/admin/endpoints');
    const instances = services.find(({ name }) => name === this.#service)?.instances ?? [];
    return instances.filter(({ endpoint }) => endpoint !== null).length;
  }
}
