import type { Clock } from '@signalbox/clock';

import type { Amendment, RegistrationStore, StoreWrite } from './registration-store.ts';
import type { Override } from './status.ts';

import { RegistryFullError, UnknownInstanceError } from '../errors.ts';
import { type Catalog, REVISIONS_PER_EPOCH } from './catalog.ts';
import { type CheckState, type Instance, type InstanceRecord, register, toInstance } from './instance.ts';
import { Overrides } from './overrides.ts';
import { type InstanceKey, keyText, type Registration } from './registration.ts';
import { WriteQueue } from './write-queue.ts';

/** Whoever keeps something for each instance: its lease, its checks. */
export interface InstanceFollower {
  /** Registered, again (also with nothing new), or found in the store at start (`restored`). */
  registered(instance: Instance, restored: boolean): void;
  removed(key: InstanceKey): void;
}

export interface RegistrarOptions {
  readonly catalog: Catalog;
  readonly store: RegistrationStore;
  readonly clock: Clock;
  readonly followers: readonly InstanceFollower[];
  /** @default 100_000 */
  readonly maxInstances?: number;
  /** Told when something that nobody waits for could not be stored; memory is ahead of the store then, until the instance's next change. */
  readonly onStorageTrouble?: (error: unknown) => void;
}

const DEFAULTS = { maxInstances: 100_000, onStorageTrouble: () => undefined } satisfies Partial<RegistrarOptions>;

/**
 * Brings instances into the catalog and out of it: stored first, then visible.
 * What is reported often or by the registry itself (a lapse, a check) is visible at once and stored after.
 */
export class Registrar {
  readonly #options: Required<RegistrarOptions>;
  readonly #catalog: Catalog;
  readonly #queue: WriteQueue;
  readonly #overrides = new Overrides();
  /** Registrations on their way into the store, counted by instance. */
  readonly #arriving = new Map<string, number>();

  constructor(options: RegistrarOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#catalog = options.catalog;
    this.#queue = new WriteQueue(options.store);
    this.#keepEpochAhead();
  }

  /** Why the last change was not stored; undefined when it was. */
  get storageFailure(): Error | undefined {
    return this.#queue.failure;
  }

  /** Fills the catalog from the store. To be called once, before anything else. */
  async restore(): Promise<void> {
    const overrides = await this.#options.store.overrides();
    overrides.forEach((override) => {
      this.#overrides.set(override, override.status);
    });
    for (const record of await this.#options.store.registrations()) {
      this.#admit(record, true);
    }
    for (const absent of overrides.filter((key) => this.#catalog.get(key) === undefined)) {
      this.#keepOverride(absent);
    }
  }

  /** Stored when it resolves; `created` tells whether the instance was unknown. */
  async register(registration: Registration): Promise<{ readonly created: boolean }> {
    const now = this.#options.clock.now();
    const previous = this.#catalog.get(registration);
    const record = register(previous, registration, now);
    if (previous === record) {
      this.#announce(previous, false);
      return { created: false };
    }
    this.#refuseBeyondBound(previous);
    let created = false;
    await this.#arrive(registration, { type: 'register', record }, () => {
      const current = this.#catalog.get(registration);
      created = current === undefined;
      this.#admit(register(current, registration, now), false);
    });
    return { created };
  }

  /** Rejects with UnknownInstanceError. */
  async deregister(key: InstanceKey): Promise<void> {
    this.#require(key);
    await this.#queue.push({ type: 'remove', key }, () => {
      this.#dismiss(key);
    });
  }

  /** Removes an instance whose lease lapsed, at once: whatever the store says, nobody is to be sent there. */
  lapse(key: InstanceKey): void {
    this.#dismiss(key);
    if (!this.#arriving.has(keyText(key))) {
      this.#storeUnawaited({ type: 'remove', key });
    }
  }

  /** Sets an operator's word above whatever else is known, until it is cleared. Rejects with UnknownInstanceError. */
  async override(key: InstanceKey, status: Override): Promise<void> {
    this.#require(key);
    await this.#queue.push({ type: 'override', key, status }, () => {
      this.#overrides.set(key, status);
      if (this.#catalog.get(key) === undefined) {
        this.#keepOverride(key);
      }
      this.#amend(key, {});
    });
  }

  /** Ends an override, also of an instance that left, and a drain. Rejects with UnknownInstanceError. */
  async clearStatus(key: InstanceKey): Promise<void> {
    if (this.#overrides.get(key) === undefined) {
      this.#require(key);
    }
    await Promise.all([
      this.#queue.push({ type: 'clear-override', key }, () => {
        this.#overrides.delete(key);
      }),
      this.#storeAmendment(key, { draining: false }),
    ]);
  }

  /** The instance is about to leave: until it registers again it gets no more requests. Rejects with UnknownInstanceError. */
  async drain(key: InstanceKey): Promise<void> {
    this.#require(key);
    await this.#storeAmendment(key, { draining: true });
  }

  /** What an instance says it runs; nothing happens when it said so before. Rejects with UnknownInstanceError. */
  async reportConfigurationVersion(key: InstanceKey, configurationVersion: string): Promise<void> {
    if (this.#require(key).configurationVersion !== configurationVersion) {
      await this.#storeAmendment(key, { configurationVersion });
    }
  }

  /** How the checks of an instance stand; nothing happens when it left meanwhile. */
  reportChecks(key: InstanceKey, checks: readonly CheckState[]): void {
    this.#amend(key, { checks });
    this.#storeUnawaited({ type: 'amend', key, amendment: { checks } });
  }

  /** Resolves when everything taken on is stored. */
  async close(): Promise<void> {
    await this.#queue.settle();
  }

  async #storeAmendment(key: InstanceKey, amendment: Amendment): Promise<void> {
    await this.#queue.push({ type: 'amend', key, amendment }, () => {
      this.#amend(key, amendment);
    });
  }

  #amend(key: InstanceKey, amendment: Amendment): void {
    const current = this.#catalog.get(key);
    if (current !== undefined) {
      this.#putIfChanged(current, toInstance({ ...current, ...amendment }, this.#overrides.get(key)));
    }
  }

  #putIfChanged(current: Instance, next: Instance): void {
    const isSame =
      current.status === next.status &&
      current.override === next.override &&
      current.draining === next.draining &&
      current.configurationVersion === next.configurationVersion &&
      current.checks === next.checks;
    if (!isSame) {
      this.#catalog.put(next);
    }
  }

  #admit(record: InstanceRecord, restored: boolean): void {
    const key = record.registration;
    const current = this.#catalog.get(key);
    const instance = current === record ? current : toInstance(record, this.#overrides.get(key));
    if (instance !== current) {
      this.#overrides.instanceCame(key);
      this.#catalog.put(instance);
    }
    this.#announce(instance, restored);
  }

  #dismiss(key: InstanceKey): void {
    if (this.#catalog.remove(key) === undefined) {
      return;
    }
    this.#options.followers.forEach((follower) => {
      follower.removed(key);
    });
    this.#keepOverride(key);
  }

  #keepOverride(absent: InstanceKey): void {
    const givenUp = this.#overrides.instanceLeft(absent);
    if (givenUp !== undefined) {
      this.#storeUnawaited({ type: 'clear-override', key: givenUp });
    }
  }

  #announce(instance: Instance, restored: boolean): void {
    this.#options.followers.forEach((follower) => {
      follower.registered(instance, restored);
    });
  }

  /** A registration on its way in is not removed from the store by a lapse that it overtakes in memory. */
  async #arrive(key: InstanceKey, write: StoreWrite, apply: () => void): Promise<void> {
    const name = keyText(key);
    this.#arriving.set(name, (this.#arriving.get(name) ?? 0) + 1);
    try {
      await this.#queue.push(write, apply);
    } finally {
      const left = (this.#arriving.get(name) ?? 1) - 1;
      if (left === 0) {
        this.#arriving.delete(name);
      } else {
        this.#arriving.set(name, left);
      }
    }
  }

  #storeUnawaited(write: StoreWrite): void {
    void this.#queue.push(write, () => undefined).catch(this.#options.onStorageTrouble);
  }

  #require(key: InstanceKey): Instance {
    const instance = this.#catalog.get(key);
    if (instance === undefined) {
      throw new UnknownInstanceError(key);
    }
    return instance;
  }

  #refuseBeyondBound(previous: Instance | undefined): void {
    if (previous === undefined && this.#catalog.size + this.#arriving.size >= this.#options.maxInstances) {
      throw new RegistryFullError(`${this.#options.maxInstances} instances`);
    }
  }

  /** A run of four billion changes reaches into the next epoch, which the next start must not take again. */
  #keepEpochAhead(): void {
    this.#catalog.onChange(({ revision }) => {
      if (revision % REVISIONS_PER_EPOCH === 0) {
        this.#storeUnawaited({ type: 'raise-epoch', epoch: revision / REVISIONS_PER_EPOCH });
      }
    });
  }
}
