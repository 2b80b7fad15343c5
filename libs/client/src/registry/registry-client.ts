import type { RegistrationOptions } from './registration-options.ts';
import type { ServiceWatch } from './service-watch.ts';

import { HttpApi } from '../connection/http-api.ts';
import { localAddressTowards } from '../connection/local-address.ts';
import { type ProblemListener, toReporter } from '../connection/problem-listener.ts';
import { parseServerUrl, toSocketUrl } from '../connection/server-url.ts';
import { ClosedError } from '../errors.ts';
import { discover, type DiscoverOptions, type Discovery, requireDiscoverable } from './discovery.ts';
import { newInstanceId } from './instance-id.ts';
import { Registration } from './registration.ts';
import { RegistryApi } from './registry-api.ts';
import {
  type RegistryClientOptions,
  type RegistrySettings,
  requireWatchable,
  toRegistrySettings,
  type WatchOptions,
} from './registry-options.ts';
import { RegistryWatches } from './registry-watches.ts';
import { requireValidRegistration } from './valid-registration.ts';

/** Registers instances in the registry, and finds and watches those of others. */
export class RegistryClient implements AsyncDisposable {
  readonly #settings: RegistrySettings;
  readonly #server: URL;
  readonly #api: HttpApi;
  readonly #report: ProblemListener;
  readonly #closed = new AbortController();
  readonly #registrations = new Set<Registration>();
  readonly #watches: RegistryWatches;
  #closing: Promise<void> | undefined;

  /** Connects to nothing yet. Throws a TypeError or RangeError that names a wrong option. */
  constructor(options: RegistryClientOptions) {
    const settings = toRegistrySettings(options);
    const { token, clock, requestTimeoutMs: timeoutMs } = settings;
    this.#settings = settings;
    this.#server = parseServerUrl(settings.url);
    this.#report = toReporter(settings.onProblem, this.#closed.signal);
    this.#api = new HttpApi({ server: this.#server, token, clock, timeoutMs });
    const url = toSocketUrl(this.#server, 'api/v1/watch');
    this.#watches = new RegistryWatches({ url, token, clock, report: this.#report });
  }

  /**
   * Resolves once registered, and keeps the instance registered until it is closed. Tries for as long as the registry
   * is away; the signal ends that. Rejects with a RangeError for an option that no registry takes, with RefusedError where
   * the registry refuses the registration, with the signal's reason, and with ClosedError.
   */
  async register(options: RegistrationOptions, signal?: AbortSignal): Promise<Registration> {
    this.#requireOpen();
    signal?.throwIfAborted();
    const registration = this.#newRegistration(options);
    try {
      await registration.registered(signal);
      return registration;
    } catch (error) {
      await registration.close();
      throw error;
    }
  }

  /**
   * What the registry lists at this moment; `watch` is for those who ask often. Rejects with NoInstancesError where one is
   * `required` and there is none, RangeError for a name that can't be, UnreachableError, RefusedError for a filter out of range or a missing right,
   * UnexpectedAnswerError, ClosedError, and the signal's reason. Does not retry.
   */
  async discover(service: string, options: DiscoverOptions = {}, signal?: AbortSignal): Promise<Discovery> {
    this.#requireOpen();
    const { environment = this.#settings.environment } = options;
    requireDiscoverable(service, { ...options, environment });
    return discover(this.#api, { service, filter: { ...options, environment } }, signal);
  }

  /** Begins at once. Throws a RangeError for a name that can't be. The instances of a service that nobody registered yet are none, and told when there are some. */
  watch(service: string, options: WatchOptions = {}): ServiceWatch {
    this.#requireOpen();
    const { environment = this.#settings.environment } = options;
    requireWatchable(service, { ...options, environment });
    return this.#watches.watch(service, environment);
  }

  /** Closes all registrations and watches. Waits at most two seconds for a registry that hangs. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #newRegistration(options: RegistrationOptions) {
    const { service, id, ...own } = options;
    const key = { service, id: id ?? newInstanceId(service) };
    const { environment = this.#settings.environment } = own;
    requireValidRegistration(key, { ...own, environment });
    const { configurationVersion, ...details } = { ...own, environment };
    const registration = new Registration({
      key,
      statement: { details, configurationVersion },
      api: new RegistryApi(this.#api, key),
      findAddress: (signal) => localAddressTowards(this.#server, signal),
      clock: this.#settings.clock,
      report: this.#report,
      onClosed: () => this.#registrations.delete(registration),
    });
    this.#registrations.add(registration);
    return registration;
  }

  async #closeAll(): Promise<void> {
    const leaving = [...this.#registrations].map((registration) => registration.close());
    await Promise.all([...leaving, this.#watches.close()]);
    this.#closed.abort();
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) {
      throw new ClosedError('the registry client');
    }
  }
}
