import { changedKeys } from '@signalbox/layering/keys';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigChange, ConfigFreshness, ConfigOrigin, ConfigSource } from './config-options.ts';
import type { AcceptedConfiguration } from './served-configuration.ts';
import type { StartingConfiguration } from './starting-configuration.ts';

import { Listeners } from '../connection/listeners.ts';
import { NotFetchedError } from '../errors.ts';

/** The configuration in use, and who is told when another takes its place. */
export class CurrentConfiguration<T> {
  readonly listeners: Listeners<ConfigChange<T>>;
  readonly freshnessListeners: Listeners<ConfigFreshness>;
  /** Undefined until the first was fetched. */
  #inUse: StartingConfiguration<T> | undefined;
  #freshness: ConfigFreshness = 'stale';
  readonly #origin: ConfigOrigin;

  /** @param origin what confirms it */
  constructor(report: ProblemListener, origin: ConfigOrigin) {
    this.#origin = origin;
    this.listeners = new Listeners(report);
    this.freshnessListeners = new Listeners(report);
  }

  get hasBegun(): boolean {
    return this.#inUse !== undefined;
  }

  /** Throws NotFetchedError before `begin`. */
  get accepted(): AcceptedConfiguration<T> {
    return this.#started.accepted;
  }

  /** Throws as `accepted` does. */
  get source(): ConfigSource {
    return this.#started.source;
  }

  get freshness(): ConfigFreshness {
    return this.#freshness;
  }

  /** Takes what to start with. Nobody is told. */
  begin(start: StartingConfiguration<T>): void {
    this.#inUse = start;
    this.#freshness = start.source === 'cache' ? 'stale' : 'current';
  }

  /** The server has the same content, perhaps as of another commit. */
  confirm(version: string): void {
    this.#inUse = { accepted: { ...this.accepted, version }, source: this.#origin };
    this.#turn('current');
  }

  /** The server has other content, or may have: it is away, or what it has was rejected. */
  doubt(): void {
    this.#turn('stale');
  }

  replace(accepted: AcceptedConfiguration<T>): void {
    const previous = this.accepted;
    this.#inUse = { accepted, source: this.#origin };
    this.listeners.tell({
      previous: previous.value,
      current: accepted.value,
      changedKeys: changedKeys(previous.configuration, accepted.configuration),
      version: accepted.version,
    });
    this.#turn('current');
  }

  get #started(): StartingConfiguration<T> {
    if (this.#inUse === undefined) {
      throw new NotFetchedError();
    }
    return this.#inUse;
  }

  #turn(freshness: ConfigFreshness): void {
    if (freshness !== this.#freshness) {
      this.#freshness = freshness;
      this.freshnessListeners.tell(freshness);
    }
  }
}
