import type { Clock } from '@signalbox/clock';

import { exponentialBackoff } from '@signalbox/retry';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { RegistrationOptions, RegistrationUpdate } from './registration-options.ts';
import type { InstanceKey, RegistryApi, Standing } from './registry-api.ts';

import { Alarm } from '../connection/alarm.ts';
import { startDeadline } from '../connection/deadline.ts';
import { type NamesOf, requireNames, requireTime } from '../connection/option-checks.ts';
import { ClosedError, SignalboxError } from '../errors.ts';
import { PendingUpdates } from './pending-updates.ts';
import { epochOf } from './revision.ts';
import { requireValidUpdate } from './valid-registration.ts';

const BACKOFF = { initialMs: 100, maxMs: 5_000 };
/** Renewals come up to a tenth early, so that instances started together do not renew together. */
const RENEWAL_JITTER = 0.1;
/** Without a lease there is nothing to renew: the registration is repeated, in case the registry lost it. */
const REPEAT_MS = 60_000;
const LEAVING_MS = 1_000;

/** What is said of the instance. Its parts are replaced, never changed: whether they are the same tells what to send. */
interface Statement {
  readonly details: Omit<RegistrationOptions, 'service' | 'id' | 'configurationVersion'>;
  readonly configurationVersion: string | undefined;
}

interface Registered extends Standing {
  readonly statement: Statement;
  readonly isDraining: boolean;
}

export interface RegistrationParts {
  readonly key: InstanceKey;
  readonly statement: Statement;
  readonly api: RegistryApi;
  /** Where the instance is reached when it does not say. */
  readonly findAddress: (signal: AbortSignal) => Promise<string>;
  readonly clock: Clock;
  readonly report: ProblemListener;
  readonly onClosed: () => void;
}

export interface LeavingOptions {
  /** How long the instance drains before it leaves, in milliseconds from 0 to 2147483647. @default 0 */
  readonly drainMs?: number;
}

const LEAVING_NAMES: NamesOf<LeavingOptions> = { drainMs: true };

/**
 * One instance in the registry, kept there until it is closed: renewed at a third of its TTL, registered again when the
 * registry does not know it any more or was restarted, tried again with growing waits while the registry is away, at
 * least as often as it is renewed.
 *
 * | state        | registered | renewed        | 404, new epoch, update of details | failure  | close |
 * | ------------ | ---------- | -------------- | --------------------------------- | -------- | ----- |
 * | unregistered | registered | -              | -                                 | (waits)  | left  |
 * | registered   | -          | registered     | unregistered                      | (waits)  | left  |
 */
export class Registration implements AsyncDisposable {
  readonly #parts: RegistrationParts;
  readonly #alarm: Alarm;
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<undefined>();
  readonly #backoff = exponentialBackoff(BACKOFF);
  readonly #updates = new PendingUpdates();
  readonly #keeping: Promise<void>;
  #statement: Statement;
  #isDraining = false;
  #registered: Registered | undefined;
  /** The code of the trouble that was reported last, until it is over: the same is not reported again. */
  #trouble: string | undefined;
  /** Whether a registration was sent and not refused: then there is something to leave. */
  #mayBeListed = false;
  #leaving: Promise<void> | undefined;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.#statement = parts.statement;
    this.#alarm = new Alarm(parts.clock);
    this.#first.promise.catch(() => undefined); // told to who waits for it, if anyone does
    this.#keeping = this.#keep();
  }

  get service(): string {
    return this.#parts.key.service;
  }

  get id(): string {
    return this.#parts.key.id;
  }

  /** Resolves once registered. Rejects with what the registry refuses for good, with the signal's reason, or when closed. */
  async registered(signal?: AbortSignal): Promise<void> {
    const giveUp = () => {
      this.#first.reject(signal?.reason);
    };
    signal?.addEventListener('abort', giveUp);
    try {
      await this.#first.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Resolves with true once the registry took it, which takes as long as it is away; with false where the registry
   * refuses it for good, or the registration is closed before. `onProblem` is told why; the instance stays as it was.
   * Throws a RangeError for what no registry takes, and a TypeError for what can't be changed.
   */
  update(changes: RegistrationUpdate): Promise<boolean> {
    this.#statement = withChanges(this.#statement, changes);
    return this.#ask();
  }

  /** Asks for no more requests; those under way are still answered. Resolves as `update` does. */
  drain(): Promise<boolean> {
    this.#isDraining = true;
    return this.#ask();
  }

  /**
   * Leaves the registry. Waits at most a second for one that does not answer: the lease ends by itself then.
   * With `drainMs`, drains first and leaves so long after the registry took that, or a second later than that where it does not answer: whoever
   * watches has stopped sending by then, so the instance goes on answering until this resolves. The first call decides.
   * Throws a RangeError for a `drainMs` out of range.
   */
  close(options: LeavingOptions = {}): Promise<void> {
    requireNames('close', options, LEAVING_NAMES);
    const { drainMs = 0 } = options;
    requireTime('drainMs', drainMs, { from: 0 });
    this.#leaving ??= this.#leave(drainMs);
    return this.#leaving;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask(): Promise<boolean> {
    this.#alarm.wake();
    return this.#updates.ask();
  }

  async #keep(): Promise<void> {
    let attempt = 0;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#tell(this.#stop.signal);
        attempt = 0;
        await this.#alarm.sleep(this.#pauseMs());
      } catch (error) {
        this.#judge(error);
        // An outage may not make the wait so long that the lease, begun anew by the registry that is back, ends before it is renewed.
        await this.#alarm.sleep(Math.min(this.#backoff(attempt), this.#pauseMs()));
        attempt += 1;
      }
    }
  }

  async #tell(signal: AbortSignal): Promise<void> {
    const asked = this.#updates.last;
    this.#registered = (await this.#renew(signal)) ?? (await this.#register(signal));
    if (this.#isDraining && !this.#registered.isDraining) {
      await this.#parts.api.drain(signal);
      this.#registered = { ...this.#registered, isDraining: true };
    }
    this.#first.resolve(undefined);
    this.#updates.take(asked);
    this.#trouble = undefined;
  }

  /** Undefined where the instance must be registered: again, for the first time, or with other details. */
  async #renew(signal: AbortSignal): Promise<Registered | undefined> {
    const known = this.#registered;
    const statement = this.#statement;
    if (known === undefined || known.lease === null || known.statement.details !== statement.details) {
      return undefined;
    }
    const renewed = await this.#parts.api.renew(statement.configurationVersion, signal);
    const isSameEpoch = renewed !== undefined && epochOf(renewed.revision) === epochOf(known.revision);
    return isSameEpoch ? { ...known, ...renewed, statement } : undefined;
  }

  async #register(signal: AbortSignal): Promise<Registered> {
    const statement = this.#statement;
    const { details, configurationVersion } = statement;
    const address = details.address ?? (await this.#parts.findAddress(signal));
    this.#mayBeListed = true;
    const standing = await this.#parts.api.register({ ...details, address, configurationVersion }, signal);
    return { ...standing, statement, isDraining: false };
  }

  #judge(error: unknown): void {
    if (this.#stop.signal.aborted) {
      return;
    }
    if (!(error instanceof SignalboxError)) {
      throw error;
    }
    if (error.code !== this.#trouble) {
      this.#trouble = error.code;
      this.#parts.report(error);
    }
    if (!error.retryable) {
      this.#takeBack(error);
    }
  }

  /** What is refused for good is not said again: an update is taken back, so that the lease is renewed all the same. */
  #takeBack(refusal: SignalboxError): void {
    if (this.#registered === undefined) {
      this.#mayBeListed = false;
      this.#first.reject(refusal);
      return;
    }
    this.#statement = this.#registered.statement;
    this.#isDraining = this.#registered.isDraining;
    this.#updates.refuseAll();
  }

  #pauseMs(): number {
    const lease = this.#registered?.lease;
    return lease ? lease.renewEveryMs * (1 - RENEWAL_JITTER * Math.random()) : REPEAT_MS;
  }

  async #leave(drainMs: number): Promise<void> {
    if (drainMs > 0) {
      await this.#drainFor(drainMs);
    }
    this.#stop.abort();
    this.#alarm.wake();
    this.#first.reject(new ClosedError(`registration of ${this.id}`));
    this.#updates.end();
    await this.#keeping;
    if (this.#mayBeListed) {
      await this.#deregister();
    }
    this.#parts.onClosed();
  }

  async #drainFor(ms: number): Promise<void> {
    const { clock } = this.#parts;
    const taken = new AbortController();
    await Promise.race([this.drain(), clock.sleep(LEAVING_MS, taken.signal).catch(() => undefined)]); // aborted below
    taken.abort();
    await clock.sleep(ms);
  }

  async #deregister(): Promise<void> {
    using patience = startDeadline(this.#parts.clock, LEAVING_MS);
    try {
      await this.#parts.api.deregister(patience.signal);
    } catch (error) {
      if (!(error instanceof SignalboxError)) {
        throw error;
      }
      this.#parts.report(error);
    }
  }
}

/** What is undefined stays as it was. The same details where none of them is given. */
function withChanges(before: Statement, changes: RegistrationUpdate): Statement {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const { configurationVersion = before.configurationVersion, ...details } = Object.fromEntries(
    given,
  ) as RegistrationUpdate;
  const updated = Object.keys(details).length === 0 ? before.details : { ...before.details, ...details };
  requireValidUpdate(changes, { ...updated, ...(configurationVersion !== undefined && { configurationVersion }) });
  return { details: updated, configurationVersion };
}
