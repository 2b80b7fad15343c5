import type { InstanceRecord } from './instance.ts';

import { type InstanceKey, keyText } from './registration.ts';

interface Pending {
  /** As it will be once all of its writes are through; none when the last of them removes it. */
  record: InstanceRecord | undefined;
  writes: number;
}

/** The instances of whom something is on its way into the store. */
export class PendingRecords {
  readonly #pending = new Map<string, Pending>();

  has(key: InstanceKey): boolean {
    return this.#pending.has(keyText(key));
  }

  /** What the instance will be, or what it is if nothing is on its way. */
  recordOf(key: InstanceKey, current: InstanceRecord | undefined): InstanceRecord | undefined {
    const pending = this.#pending.get(keyText(key));
    return pending === undefined ? current : pending.record;
  }

  begin(key: InstanceKey, record: InstanceRecord | undefined): void {
    const writes = this.#pending.get(keyText(key))?.writes ?? 0;
    this.#pending.set(keyText(key), { record, writes: writes + 1 });
  }

  end(key: InstanceKey): void {
    const pending = this.#pending.get(keyText(key));
    if (pending === undefined || pending.writes === 1) {
      this.#pending.delete(keyText(key));
    } else {
      pending.writes -= 1;
    }
  }
}
