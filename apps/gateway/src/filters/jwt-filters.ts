import { isDeepStrictEqual } from 'node:util';

import type { Clock } from '@signalbox/clock';
import type { JwtProvider } from '@signalbox/schemas';

import { JwtFilter } from './jwt-filter.ts';
import { type RemoteJwks, type Services, toKeySource } from './key-source.ts';
import { RemoteKeys, type RemoteKeysOptions } from './remote-keys.ts';
import { TokenOutcomes } from './token-outcomes.ts';

export interface JwtFiltersOptions {
  readonly clock: Clock;
  readonly services: Services;
  /** @default Math.random */
  readonly random?: RemoteKeysOptions['random'];
  /** Told when the keys of some place are others than before, how many can check tokens and how many can't. */
  readonly onKeys?: (from: string, keys: { readonly size: number; readonly leftOut: number }) => void;
  /** Told why the keys of some place could not be fetched. */
  readonly onTrouble?: (from: string, reason: string) => void;
}

/** The providers whose tokens routes ask for: keys are fetched once however many routes and providers they are for. */
export class JwtFilters {
  readonly #options: JwtFiltersOptions;
  readonly #filters = new Map<string, JwtFilter>();
  /** By where they are fetched from: another audience or header does not lose the keys while their server is away. */
  readonly #keys = new Map<string, RemoteKeys>();
  readonly #outcomes = new Map<string, TokenOutcomes>();

  constructor(options: JwtFiltersOptions) {
    this.#options = options;
  }

  get all(): readonly JwtFilter[] {
    return [...this.#filters.values()];
  }

  /** What became of tokens, by provider; kept when its definition is replaced. */
  get outcomes(): ReadonlyMap<string, TokenOutcomes> {
    return this.#outcomes;
  }

  /** The provider's filter; its keys are fetched from the first call on. What was verified is forgotten only when the definition is another. */
  of(provider: string, definition: JwtProvider): JwtFilter {
    const known = this.#filters.get(provider);
    if (isDeepStrictEqual(known?.definition, definition) && known !== undefined) {
      return known;
    }
    const { clock } = this.#options;
    const outcomes = this.#outcomes.get(provider) ?? new TokenOutcomes();
    const filter = new JwtFilter(provider, definition, {
      keys: this.#keysFrom(definition.remoteJWKS),
      outcomes,
      now: () => clock.now(),
    });
    this.#outcomes.set(provider, outcomes);
    this.#filters.set(provider, filter);
    return filter;
  }

  /** Lets go of every other filter, and of keys that none of these checks with; requests under way finish with them. */
  retain(filters: ReadonlySet<JwtFilter>): void {
    for (const [provider, filter] of this.#filters) {
      if (!filters.has(filter)) {
        this.#filters.delete(provider);
        this.#outcomes.delete(provider);
      }
    }
    const used = new Set(this.all.map(({ keys }) => keys));
    for (const [place, keys] of this.#keys) {
      if (!used.has(keys)) {
        this.#keys.delete(place);
        void keys.close();
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#keys.values()].map((keys) => keys.close()));
  }

  #keysFrom(remote: RemoteJwks): RemoteKeys {
    const place = JSON.stringify(remote);
    const known = this.#keys.get(place);
    if (known !== undefined) {
      return known;
    }
    const { clock, services, random, onKeys, onTrouble } = this.#options;
    const from = remote.uri ?? `service ${remote.backendRef?.name ?? ''}`;
    const keys = new RemoteKeys({
      clock,
      source: toKeySource(remote, services),
      refreshMs: remote.cacheDuration,
      random,
      onKeys: (fresh) => onKeys?.(from, fresh),
      onTrouble: (reason) => onTrouble?.(from, reason),
    });
    this.#keys.set(place, keys);
    return keys;
  }
}
