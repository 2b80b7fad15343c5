import type { InstanceKey } from './catalog/registration.ts';

/** What the registry refuses, by a code that stays the same between releases. `http/problems.ts` gives each its status. */
export abstract class RegistryError extends Error {
  abstract readonly code: string;
}

export class UnknownInstanceError extends RegistryError {
  readonly code = 'registry/unknown-instance';
  readonly key: InstanceKey;

  constructor(key: InstanceKey) {
    super(`instance "${key.id}" of service "${key.service}" is not registered`);
    this.key = key;
  }
}

export class NoLeaseError extends RegistryError {
  readonly code = 'registry/no-lease';

  constructor({ service, id }: InstanceKey) {
    super(`instance "${id}" of service "${service}" was registered without a lease`);
  }
}

export class CheckAddressRefusedError extends RegistryError {
  readonly code = 'registry/check-address-refused';

  constructor(address: string) {
    super(`address ${address} is outside the networks that checks may reach`);
  }
}

/** The write may be tried again: nothing of it is visible. */
export class StorageUnavailableError extends RegistryError {
  readonly code = 'registry/storage-unavailable';

  constructor(cause: unknown) {
    super(`the change could not be stored: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A bound of the registry is reached: of instances, of writes waiting for storage, of readers waiting for a change. */
export class RegistryFullError extends RegistryError {
  readonly code = 'registry/full';

  constructor(bound: string) {
    super(`the registry holds no more than ${bound}`);
  }
}
