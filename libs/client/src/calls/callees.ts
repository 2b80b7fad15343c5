import { ServiceName } from '@signalbox/schemas';

import type { Callee } from './callee.ts';

import { requireName } from '../connection/option-names.ts';

export interface CalleesOptions {
  /** How many services may be known at a time. */
  readonly max: number;
  /** Milliseconds on a clock that never goes backwards. */
  readonly now: () => number;
  readonly create: (service: string) => Callee;
}

interface Entry {
  readonly callee: Callee;
  /** Whether somebody keeps a function that calls it. */
  isHeld: boolean;
  usedAt: number;
}

/** How long a service that nobody holds is watched without a call. */
const IDLE_MS = 600_000;

/**
 * The services that are called. One that somebody holds stays until the end; one that is called by a name in an address, which may come from
 * anywhere, gives way: to another when there is no more room, the longest unused first, and after ten minutes without a call to any other.
 */
export class Callees {
  readonly #options: CalleesOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: CalleesOptions) {
    this.#options = options;
  }

  /** Throws a RangeError for a name that can't be, and for one more than there may be. */
  hold(service: string): Callee {
    const entry = this.#find(service);
    entry.isHeld = true;
    return entry.callee;
  }

  /** For one call. Throws as `hold` does, where all are held. */
  borrow(service: string): Callee {
    const entry = this.#find(service);
    entry.usedAt = this.#options.now();
    return entry.callee;
  }

  close(): void {
    this.#entries.forEach(({ callee }) => {
      callee.close();
    });
    this.#entries.clear();
  }

  #find(service: string): Entry {
    const known = this.#entries.get(service);
    if (known !== undefined) {
      return known;
    }
    requireName('service', service, ServiceName);
    this.#makeRoomFor(service);
    const entry = { callee: this.#options.create(service), isHeld: false, usedAt: this.#options.now() };
    this.#entries.set(service, entry);
    return entry;
  }

  #makeRoomFor(service: string): void {
    const { max, now } = this.#options;
    const unused = [...this.#entries]
      .filter(([, { isHeld }]) => !isHeld)
      .sort(([, one], [, other]) => one.usedAt - other.usedAt);
    const idleSince = now() - IDLE_MS;
    const idle = unused.filter(([, { usedAt }]) => usedAt <= idleSince);
    const leaving = idle.length === 0 && this.#entries.size >= max ? unused.slice(0, 1) : idle;
    for (const [name, { callee }] of leaving) {
      callee.close();
      this.#entries.delete(name);
    }
    if (this.#entries.size >= max) {
      throw new RangeError(`maxServices: ${max} services are called already, "${service}" is one more`);
    }
  }
}
