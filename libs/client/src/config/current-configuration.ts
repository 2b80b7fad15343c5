import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigChange, ConfigSource } from './config-options.ts';
import type { AcceptedConfiguration } from './served-configuration.ts';
import type { StartingConfiguration } from './starting-configuration.ts';

import { Listeners } from '../connection/listeners.ts';
import { changedKeys } from './changed-keys.ts';

/** The configuration in use, and who is told when another takes its place. */
export class CurrentConfiguration<T> {
  readonly listeners: Listeners<ConfigChange<T>>;
  #accepted: AcceptedConfiguration<T>;
  #source: ConfigSource;

  constructor({ accepted, source }: StartingConfiguration<T>, report: ProblemListener) {
    this.#accepted = accepted;
    this.#source = source;
    this.listeners = new Listeners(report);
  }

  get accepted(): AcceptedConfiguration<T> {
    return this.#accepted;
  }

  get source(): ConfigSource {
    return this.#source;
  }

  /** The server has the same content, perhaps as of another commit. */
  confirm(version: string): void {
    this.#accepted = { ...this.#accepted, version };
    this.#source = 'server';
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
  }
}
