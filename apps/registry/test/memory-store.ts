import type { InstanceRecord } from '../src/catalog/instance.ts';
import type { RegistrationStore, StoredOverride, StoreWrite } from '../src/catalog/registration-store.ts';

import { keyText } from '../src/catalog/registration.ts';

/** What a store on disk would hold: outlives the stores that are opened on it. */
export interface MemoryDisk {
  epoch: number | undefined;
  readonly records: Map<string, InstanceRecord>;
  readonly overrides: Map<string, StoredOverride>;
}

export function memoryDisk(): MemoryDisk {
  return { epoch: undefined, records: new Map(), overrides: new Map() };
}

/** A store that can be made to fail, and that counts its transactions. */
export class MemoryStore implements RegistrationStore {
  readonly disk: MemoryDisk;
  failure: Error | undefined;
  transactions = 0;

  constructor(disk: MemoryDisk = memoryDisk()) {
    this.disk = disk;
  }

  nextEpoch(firstEpoch: number): Promise<number> {
    this.disk.epoch = this.disk.epoch === undefined ? firstEpoch : this.disk.epoch + 1;
    return Promise.resolve(this.disk.epoch);
  }

  registrations(): Promise<readonly InstanceRecord[]> {
    return Promise.resolve(sortedByKey(this.disk.records));
  }

  overrides(): Promise<readonly StoredOverride[]> {
    return Promise.resolve(sortedByKey(this.disk.overrides));
  }

  write(writes: readonly StoreWrite[]): Promise<void> {
    if (this.failure !== undefined) {
      return Promise.reject(this.failure);
    }
    this.transactions += 1;
    writes.forEach((write) => {
      this.#write(write);
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #write(write: StoreWrite): void {
    const { records, overrides } = this.disk;
    switch (write.type) {
      case 'register':
        records.set(keyText(write.record.registration), plain(write.record));
        break;
      case 'amend': {
        const record = records.get(keyText(write.key));
        if (record !== undefined) {
          records.set(keyText(write.key), { ...record, ...write.amendment });
        }
        break;
      }
      case 'remove':
        records.delete(keyText(write.key));
        break;
      case 'override':
        overrides.set(keyText(write.key), { service: write.key.service, id: write.key.id, status: write.status });
        break;
      case 'clear-override':
        overrides.delete(keyText(write.key));
        break;
      case 'raise-epoch':
        this.disk.epoch = Math.max(this.disk.epoch ?? 0, write.epoch);
        break;
      case 'touch':
    }
  }
}

/** A record may be an instance, of which a store keeps no more than the record. */
function plain({ registration, registeredAt, draining, configurationVersion, checks }: InstanceRecord): InstanceRecord {
  return { registration, registeredAt, draining, configurationVersion, checks };
}

function sortedByKey<T>(byKey: ReadonlyMap<string, T>): T[] {
  return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}
