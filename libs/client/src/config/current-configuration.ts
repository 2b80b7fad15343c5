import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigChange, ConfigFreshness, ConfigSource } from './config-options.ts';
import type { AcceptedConfiguration } from './served-configuration.ts';
import type { StartingConfiguration } from './starting-configuration.ts';

import { Listeners } from '../connection/listeners.ts';
import { changedKeys } from './changed-keys.ts';

/** The configuration in use, and who is told when another takes its place. */
export class CurrentConfiguration<T> {
  readonly listeners: Listeners<ConfigChange<T>>;
  readonly freshnessListeners: Listeners<ConfigFreshness>;
  #accepted: AcceptedConfiguration<T>;
  #source: ConfigSource;
  #freshness: ConfigFreshness;

  constructor({ accepted, source }: StartingConfiguration<T>, report: ProblemListener) {
    this.#accepted = accepted;
    this.#source = source;
    this.#freshness = source === 'server' ? 'current' : 'stale';
    this.listeners = new Listeners(report);
    this.freshnessListeners = new Listeners(report);
  }

  get accepted(): AcceptedConfiguration<T> {
    return this.#accepted;
  }

  get source(): ConfigSource {
    return this.#source;
  }

  get freshness(): ConfigFreshness {
    return this.#freshness;
  }

  /** The server has the same content, perhaps as of another commit. */
  confirm(version: string): void {
    this.#accepted = { ...this.#accepted, version };
    this.#source = 'server';
    this.#turn('current');
  }

  /** The server has other content, or may have: it is away, or what it has was rejected. */
  doubt(): void {
    this.#turn('stale');
  }

  replace(accepted: AcceptedConfiguration<T>): void {
    const previous = this.#accepted;
    this.#accepted = accepted;
    this.#source = 'server';
    this.listeners.tell({
      previous: previous.value,
      current: accepted.value,
      changedKeys: changedKeys(previous.configuration, accepted.configuration),
      version: accepted.version,
    });
    this.#turn('current');
  }

  #turn(freshness: ConfigFreshness): void {
    if (freshness !== this.#freshness) {
      this.#freshness = freshness;
      this.freshnessListeners.tell(freshness);
    }
  }
}
