import type { InstanceRecord } from './instance.ts';
import type { InstanceKey } from './registration.ts';
import type { Override } from './status.ts';

export interface StoredOverride extends InstanceKey {
  readonly status: Override;
}

export type Amendment = Partial<Pick<InstanceRecord, 'draining' | 'configurationVersion' | 'checks'>>;

export type StoreWrite =
  | { readonly type: 'register'; readonly record: InstanceRecord }
  /** Of an instance that is not stored: does nothing. */
  | { readonly type: 'amend'; readonly key: InstanceKey; readonly amendment: Amendment }
  | { readonly type: 'remove'; readonly key: InstanceKey }
  | { readonly type: 'override'; readonly key: InstanceKey; readonly status: Override }
  | { readonly type: 'clear-override'; readonly key: InstanceKey }
  | { readonly type: 'raise-epoch'; readonly epoch: number }
  /** Changes nothing, and is written all the same: tells whether anything can be. */
  | { readonly type: 'touch' };

/** What must not be lost. One registry owns a store at a time. */
export interface RegistrationStore {
  /** Takes the next epoch, the given one if the store is new, and keeps it. */
  nextEpoch(firstEpoch: number): Promise<number>;
  registrations(): Promise<readonly InstanceRecord[]>;
  overrides(): Promise<readonly StoredOverride[]>;
  /** All of the writes in their order, or none of them and a rejection. Stored when it resolves. */
  write(writes: readonly StoreWrite[]): Promise<void>;
  close(): Promise<void>;
}
