import type { Clock } from '@signalbox/clock';

import type { Amendment, RegistrationStore, StoreWrite } from './registration-store.ts';
import type { Override } from './status.ts';

import { RegistryFullError, UnknownInstanceError } from '../errors.ts';
import { type Catalog, REVISIONS_PER_EPOCH } from './catalog.ts';
import { type CheckState, type Instance, type InstanceRecord, register, toInstance } from './instance.ts';
import { Overrides } from './overrides.ts';
import { PendingRecords } from './pending-records.ts';
import { type InstanceKey, keyText, type Registration } from './registration.ts';
import { type Change, WriteQueue } from './write-queue.ts';

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
 * Brings instances into the catalog and out of it: every change is stored first, then visible, in one order.
 * What is so whether or not it can be stored (a lease lapsed, a check failed) is visible all the same.
 */
export class Registrar {
  readonly #options: Required<RegistrarOptions>;
  readonly #catalog: Catalog;
  readonly #queue: WriteQueue;
  readonly #overrides = new Overrides();
  readonly #pending = new PendingRecords();
  /** Instances whose first registration is on its way into the store: they count towards the bound. */
  readonly #arriving = new Set<string>();
  /** Instances whose lease lapsed while something of them was on its way: a registration among it keeps them. */
  readonly #lapsing = new Set<string>();

  constructor(options: RegistrarOptions) {
    const { maxInstances = DEFAULTS.maxInstances, onStorageTrouble = DEFAULTS.onStorageTrouble } = options;
    this.#options = { ...options, maxInstances, onStorageTrouble };
    this.#catalog = options.catalog;
    this.#queue = new WriteQueue(options.store);
    this.#keepEpochAhead();
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
    const current = this.#catalog.get(registration);
    const record = register(this.#pending.recordOf(registration, current), registration, this.#options.clock.now());
    if (current === record) {
      this.#announce(current, false);
      return { created: false };
    }
    this.#refuseBeyondBound(registration);
    let created = false;
    await this.#change(registration, record, {
      write: { type: 'register', record },
      apply: () => {
        created = this.#catalog.get(registration) === undefined;
        this.#admit(record, false);
      },
    }).finally(() => this.#arriving.delete(keyText(registration)));
    return { created };
  }

  /** Rejects with UnknownInstanceError. */
  async deregister(key: InstanceKey): Promise<void> {
    this.#require(key);
    await this.#remove(key, false);
  }

  /** Removes an instance whose lease lapsed: whatever the store says, nobody is to be sent there. */
  lapse(key: InstanceKey): void {
    if (this.#pending.has(key)) {
      this.#lapsing.add(keyText(key));
    } else {
      void this.#remove(key, true).catch(this.#options.onStorageTrouble);
    }
  }

  /** Sets an operator's word above whatever else is known, until it is cleared. Rejects with UnknownInstanceError. */
  async override(key: InstanceKey, status: Override): Promise<void> {
    this.#require(key);
    const write = { type: 'override', key, status } as const;
    const apply = () => {
      this.#overrides.set(key, status);
      this.#amend(key, {});
      if (this.#catalog.get(key) === undefined) {
        this.#keepOverride(key);
      }
    };
    await this.#queue.push({ write, apply });
  }

  /** Ends an override, also of an instance that left, and a drain. Rejects with UnknownInstanceError. */
  async clearStatus(key: InstanceKey): Promise<void> {
    if (this.#overrides.get(key) === undefined) {
      this.#require(key);
    }
    const write = { type: 'clear-override', key } as const;
    const apply = () => {
      this.#overrides.delete(key);
    };
    await Promise.all([this.#queue.push({ write, apply }), this.#storeAmendment(key, { draining: false }, false)]);
  }

  /** The instance is about to leave: until it registers again it gets no more requests. Rejects with UnknownInstanceError. */
  async drain(key: InstanceKey): Promise<void> {
    this.#require(key);
    await this.#storeAmendment(key, { draining: true }, false);
  }

  /** What an instance says it runs; nothing happens when it said so before. Rejects with UnknownInstanceError. */
  async reportConfigurationVersion(key: InstanceKey, configurationVersion: string): Promise<void> {
    const record = this.#pending.recordOf(key, this.#require(key));
    if (record?.configurationVersion !== configurationVersion || this.#pending.has(key)) {
      await this.#storeAmendment(key, { configurationVersion }, false);
    }
  }

  /** How the checks of an instance stand; nothing happens when it left meanwhile. */
  reportChecks(key: InstanceKey, checks: readonly CheckState[]): void {
    void this.#storeAmendment(key, { checks }, true).catch(this.#options.onStorageTrouble);
  }

  /** Rejects with StorageUnavailableError when a change would not be stored now. */
  async touchStorage(): Promise<void> {
    await this.#queue.push({ write: { type: 'touch' }, apply: () => undefined });
  }

  /** Resolves when everything taken on is stored. */
  async close(): Promise<void> {
    await this.#queue.settle();
  }

  async #remove(key: InstanceKey, regardless: boolean): Promise<void> {
    const apply = () => {
      this.#dismiss(key);
    };
    await this.#change(key, undefined, { write: { type: 'remove', key }, apply, regardless });
  }

  async #storeAmendment(key: InstanceKey, amendment: Amendment, regardless: boolean): Promise<void> {
    const record = this.#pending.recordOf(key, this.#catalog.get(key));
    const apply = () => {
      this.#amend(key, amendment);
    };
    const write = { type: 'amend', key, amendment } as const;
    await this.#change(key, record && { ...record, ...amendment }, { write, apply, regardless });
  }

  async #change(key: InstanceKey, record: InstanceRecord | undefined, change: Change): Promise<void> {
    this.#pending.begin(key, record);
    try {
      await this.#queue.push(change);
    } finally {
      this.#pending.end(key);
      if (!this.#pending.has(key) && this.#lapsing.delete(keyText(key))) {
        this.lapse(key);
      }
    }
  }

  #amend(key: InstanceKey, amendment: Amendment): void {
    const current = this.#catalog.get(key);
    if (current !== undefined) {
      this.#put(toInstance({ ...current, ...amendment }, this.#overrides.get(key)));
    }
  }

  #admit(record: InstanceRecord, restored: boolean): void {
    const key = record.registration;
    this.#overrides.instanceCame(key);
    this.#lapsing.delete(keyText(key));
    this.#announce(this.#put(toInstance(record, this.#overrides.get(key))), restored);
  }

  /** The instance as the catalog holds it then: the one before, if nothing about it changed. */
  #put(next: Instance): Instance {
    const current = this.#catalog.get(next.registration);
    if (current !== undefined && isSame(current, next)) {
      return current;
    }
    this.#catalog.put(next);
    return next;
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

  #storeUnawaited(write: StoreWrite): void {
    void this.#queue.push({ write, apply: () => undefined }).catch(this.#options.onStorageTrouble);
  }

  #require(key: InstanceKey): Instance {
    const instance = this.#catalog.get(key);
    if (instance === undefined) {
      throw new UnknownInstanceError(key);
    }
    return instance;
  }

  #refuseBeyondBound(key: InstanceKey): void {
    if (this.#catalog.get(key) !== undefined || this.#arriving.has(keyText(key))) {
      return;
    }
    if (this.#catalog.size + this.#arriving.size >= this.#options.maxInstances) {
      throw new RegistryFullError(`${this.#options.maxInstances} instances`);
    }
    this.#arriving.add(keyText(key));
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

function isSame(left: Instance, right: Instance): boolean {
  return (
    left.registration === right.registration &&
    left.status === right.status &&
    left.override === right.override &&
    left.draining === right.draining &&
    left.configurationVersion === right.configurationVersion &&
    left.checks === right.checks
  );
}
