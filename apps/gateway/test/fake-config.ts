import type { ConfigChangeListener } from '@signalbox/client';
import type { GatewayConfiguration } from '@signalbox/schemas';

import type { ConfigConnection } from '../src/configuration/configuration-feed.ts';

import { ServableConfiguration } from '../src/configuration/served-routes.ts';

/** Routes, or destination rules, as a configuration file has them. */
export type RouteSketches = Readonly<Record<string, object>>;

/** What a configuration has beside its routes. */
export interface BesideRoutes {
  readonly destinationRules?: RouteSketches | undefined;
  readonly jwtProviders?: RouteSketches | undefined;
}

/** A config-server in memory: hands out routes, and new ones when a test pushes them. */
export class FakeConfig {
  readonly #listeners = new Set<ConfigChangeListener<GatewayConfiguration>>();
  #current: GatewayConfiguration;
  #version = 1;

  constructor(routes: RouteSketches, beside: BesideRoutes = {}) {
    this.#current = toConfiguration(routes, beside);
  }

  /** Resolves when the change was applied. */
  async push(routes: RouteSketches, beside: BesideRoutes = {}): Promise<void> {
    const previous = this.#current;
    this.#current = toConfiguration(routes, beside);
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

function toConfiguration(
  routes: RouteSketches,
  { destinationRules, jwtProviders }: BesideRoutes,
): GatewayConfiguration {
  return ServableConfiguration.parse({ routes, destinationRules, jwtProviders });
}
