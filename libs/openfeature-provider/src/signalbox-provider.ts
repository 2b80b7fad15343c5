import type { JsonValue, Provider, ResolutionDetails } from '@openfeature/server-sdk';

import { ErrorCode, OpenFeatureEventEmitter, ProviderEvents } from '@openfeature/server-sdk';

import type { ConfigClient } from '@signalbox/client';

import { type FlagQuestion, FlagSet } from './flag-set.ts';

/** What is used of a ConfigClient. */
type FlagConfiguration<T> = Pick<ConfigClient<T>, 'current' | 'freshness' | 'onChange' | 'onFreshness' | 'version'>;

/**
 * Evaluates the flags of a configuration, from memory: an answer changes in the same moment as `config.current`.
 *
 * | the configuration                       | event                                               | status         |
 * | --------------------------------------- | --------------------------------------------------- | -------------- |
 * | is there when the provider is set       | PROVIDER_READY, then PROVIDER_STALE if it is stale  | READY or STALE |
 * | changes, and flags with it              | PROVIDER_CONFIGURATION_CHANGED, with `flagsChanged` | as it was      |
 * | becomes stale, becomes current          | PROVIDER_STALE, PROVIDER_READY                      | STALE, READY   |
 * | comes without flags, by a `flagsOf`     | PROVIDER_ERROR; the last flags stay in use          | ERROR          |
 * | that throws or finds no FlagSet         |                                                     |                |
 * | comes with flags again                  | PROVIDER_READY or PROVIDER_STALE                    | READY or STALE |
 *
 * The ConfigClient is not closed with the provider.
 */
export class SignalboxProvider<T> implements Provider {
  readonly metadata = { name: 'signalbox' } as const;
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #config: FlagConfiguration<T>;
  readonly #flagsOf: (current: T) => FlagSet;
  #flags: FlagSet;
  #isWithoutFlags = false;
  /** What takes the listeners off again; none while the SDK does not use the provider. */
  #listening: readonly (() => void)[] = [];

  /** Throws TypeError where `config` is no ConfigClient, `flagsOf` no function or finds no FlagSet, and what `flagsOf` throws. */
  constructor(config: FlagConfiguration<T>, flagsOf: (current: T) => FlagSet) {
    requireConfig(config);
    requireFunction('flagsOf', flagsOf);
    this.#config = config;
    this.#flagsOf = flagsOf;
    this.#flags = this.#currentFlags();
  }

  /** For the SDK, which tells PROVIDER_READY when it resolves and PROVIDER_ERROR when it rejects. */
  initialize(): Promise<void> {
    return Promise.resolve().then(() => {
      this.#start();
    });
  }

  /** For the SDK, when no client has this provider any more. It may be set again. */
  onClose(): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }

  resolveBooleanEvaluation(...question: FlagQuestion<boolean>): Promise<ResolutionDetails<boolean>> {
    return Promise.resolve(this.#flags.evaluate('boolean', question));
  }

  resolveStringEvaluation(...question: FlagQuestion<string>): Promise<ResolutionDetails<string>> {
    return Promise.resolve(this.#flags.evaluate('string', question));
  }

  resolveNumberEvaluation(...question: FlagQuestion<number>): Promise<ResolutionDetails<number>> {
    return Promise.resolve(this.#flags.evaluate('number', question));
  }

  resolveObjectEvaluation<V extends JsonValue>(...question: FlagQuestion<V>): Promise<ResolutionDetails<V>> {
    return Promise.resolve(this.#flags.evaluate('object', question));
  }

  #start(): void {
    this.#stop();
    this.#flags = this.#currentFlags();
    this.#isWithoutFlags = false;
    this.#listening = [
      this.#config.onChange(() => {
        this.#follow();
      }),
      this.#config.onFreshness(() => {
        this.#tellStatus();
      }),
    ];
    this.#tellStaleAfterReady();
  }

  #stop(): void {
    this.#listening.forEach((takeOff) => {
      takeOff();
    });
    this.#listening = [];
  }

  /** The SDK tells PROVIDER_READY in the microtask after `initialize` resolved, whatever was told before. */
  #tellStaleAfterReady(): void {
    const listening = this.#listening;
    setImmediate(() => {
      if (this.#listening === listening && this.#config.freshness === 'stale') {
        this.#tellStatus();
      }
    });
  }

  #follow(): void {
    const previous = this.#flags;
    try {
      this.#flags = this.#currentFlags();
    } catch (error) {
      this.#isWithoutFlags = true;
      this.events.emit(ProviderEvents.Error, { errorCode: ErrorCode.PARSE_ERROR, message: String(error) });
      return;
    }
    this.#tellChange(this.#flags.changedSince(previous));
    if (this.#isWithoutFlags) {
      this.#isWithoutFlags = false;
      this.#tellStatus();
    }
  }

  #tellChange(flagsChanged: string[]): void {
    if (flagsChanged.length > 0) {
      const { version } = this.#config;
      this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged, metadata: { version } });
    }
  }

  #tellStatus(): void {
    if (this.#isWithoutFlags) {
      return;
    }
    if (this.#config.freshness === 'stale') {
      const message = 'the config-server is away, or what it has was rejected';
      this.events.emit(ProviderEvents.Stale, { message });
    } else {
      this.events.emit(ProviderEvents.Ready);
    }
  }

  #currentFlags(): FlagSet {
    const flags: unknown = this.#flagsOf(this.#config.current);
    if (!(flags instanceof FlagSet)) {
      throw new TypeError('flagsOf finds no FlagSet in the configuration: flagSetSchema makes one');
    }
    return flags;
  }
}

function requireConfig(config: unknown): void {
  if (typeof config !== 'object' || config === null || !('onChange' in config && 'onFreshness' in config)) {
    throw new TypeError(`config: must be a ConfigClient, not of type ${typeof config}`);
  }
}

function requireFunction(argument: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${argument}: must be of type function, not of type ${typeof value}`);
  }
}
