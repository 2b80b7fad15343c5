import type { ConfigChangeListener } from '@signalbox/client';
import type { GatewayConfiguration } from '@signalbox/schemas';

import type { ConfigConnection } from '../src/configuration/configuration-feed.ts';

import { ServableConfiguration } from '../src/configuration/served-routes.ts';

/** Routes, or destination rules, as a configuration file has them. */
export type RouteSketches = Readonly<Record<string, object>>;

/** A config-server in memory: hands out routes, and new ones when a test pushes them. */
export class FakeConfig {
  readonly #listeners = new Set<ConfigChangeListener<GatewayConfiguration>>();
  #current: GatewayConfiguration;
  #version = 1;

  constructor(routes: RouteSketches, destinationRules: RouteSketches = {}) {
    this.#current = ServableConfiguration.parse({ routes, destinationRules });
  }

  /** Resolves when the change was applied. */
  async push(routes: RouteSketches, destinationRules: RouteSketches = {}): Promise<void> {
    const previous = this.#current;
    this.#current = ServableConfiguration.parse({ routes, destinationRules });
    this.#version += 1;
    const change = { previous, current: this.#current, changedKeys: ['routes'], version: `v${this.#version}` };
    for (const listener of this.#listeners) {
      await listener(change);
    }
  }

  connection(): ConfigConnection {
    return {
      current: this.#current,
      version: `v${this.#version}`,
      source: 'server',
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      close: () => Promise.resolve(),
    };
  }
}
