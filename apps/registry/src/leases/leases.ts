import type { Clock } from '@signalbox/clock';

import type { Instance } from '../catalog/instance.ts';
import type { InstanceFollower } from '../catalog/registrar.ts';

import { type InstanceKey, keyText } from '../catalog/registration.ts';
import { everyTick } from '../every-tick.ts';
import { TimerWheel } from '../timer-wheel.ts';

export interface LeasesOptions {
  readonly clock: Clock;
  /** Told of each lease that ran out; the lease is gone by then. */
  readonly onLapsed: (key: InstanceKey) => void;
  /** Told when time was lost (the process was stopped, the machine slept), after every lease got its full TTL again. */
  readonly onTimeLost?: (lostMs: number) => void;
  /** How often leases are looked at: one ends at most this long after its TTL. @default 250 */
  readonly tickMs?: number;
  /** A tick that comes later than this is an outage of the registry, in which nobody could renew. @default 2_000 */
  readonly toleratedDelayMs?: number;
}

interface HeldLease {
  readonly key: InstanceKey;
  readonly ttlMs: number;
  endsAt: number;
}

const DEFAULTS = { tickMs: 250, toleratedDelayMs: 2_000, onTimeLost: () => undefined } satisfies Partial<LeasesOptions>;

/** Clients renew this many times within a TTL, so that one lost renewal is no lapse. */
const RENEWALS_PER_TTL = 3;

/** Leases given up are dropped when they are next looked at; a long TTL may not make them pile up until then. */
const LONGEST_LOOK_AHEAD_MS = 60_000;

/** What a client is told of a lease. */
export function leaseOf(ttlMs: number): { readonly ttlMs: number; readonly renewEveryMs: number } {
  return { ttlMs, renewEveryMs: Math.floor(ttlMs / RENEWALS_PER_TTL) };
}

/**
 * Who must speak up by when. A renewal writes one number; a lease is looked at when it was to end when last looked at,
 * and put back if it was renewed meanwhile. No lease ends early; none outlives its TTL by more than a tick.
 */
export class Leases implements InstanceFollower {
  readonly #options: Required<LeasesOptions>;
  readonly #leases = new Map<string, HeldLease>();
  readonly #wheel: TimerWheel<HeldLease>;
  readonly #stop = new AbortController();
  #ticking: Promise<void> = Promise.resolve();
  #lookedAt: number;
  #renewals = 0;
  #lapses = 0;

  constructor(options: LeasesOptions) {
    const {
      tickMs = DEFAULTS.tickMs,
      toleratedDelayMs = DEFAULTS.toleratedDelayMs,
      onTimeLost = DEFAULTS.onTimeLost,
    } = options;
    this.#options = { ...options, tickMs, toleratedDelayMs, onTimeLost };
    this.#lookedAt = options.clock.now();
    this.#wheel = new TimerWheel(this.#options.tickMs, this.#lookedAt);
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Renewals so far; registrations are none. */
  get renewals(): number {
    return this.#renewals;
  }

  /** Leases that ran out so far. */
  get lapses(): number {
    return this.#lapses;
  }

  start(): void {
    this.#lookedAt = this.#options.clock.now();
    const look = this.#look.bind(this);
    this.#ticking = everyTick(this.#options, look, this.#stop.signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ticking;
  }

  /** A registration begins a lease of its own, whatever was left of the one before. */
  registered({ registration }: Instance): void {
    const { service, id, ttlMs } = registration;
    const name = keyText(registration);
    if (ttlMs === null) {
      this.#leases.delete(name);
      return;
    }
    const endsAt = this.#options.clock.now() + ttlMs;
    const known = this.#leases.get(name);
    if (known?.ttlMs === ttlMs) {
      known.endsAt = endsAt;
      return;
    }
    const lease = { key: { service, id }, ttlMs, endsAt };
    this.#leases.set(name, lease);
    this.#lookAgain(lease);
  }

  removed(key: InstanceKey): void {
    this.#leases.delete(keyText(key));
  }

  has(key: InstanceKey): boolean {
    return this.#leases.has(keyText(key));
  }

  /** The TTL that begins anew; nothing when there is no such lease. */
  renew(key: InstanceKey): number | undefined {
    const lease = this.#leases.get(keyText(key));
    if (lease === undefined) {
      return undefined;
    }
    lease.endsAt = this.#options.clock.now() + lease.ttlMs;
    this.#renewals += 1;
    return lease.ttlMs;
  }

  #look(now: number): void {
    const lostMs = now - this.#lookedAt - this.#options.tickMs;
    this.#lookedAt = now;
    if (lostMs > this.#options.toleratedDelayMs) {
      this.#leases.forEach((lease) => (lease.endsAt = now + lease.ttlMs));
      this.#options.onTimeLost(lostMs);
    }
    for (const lease of this.#wheel.takeDue(now)) {
      this.#judge(lease, now);
    }
  }

  #lookAgain(lease: HeldLease): void {
    this.#wheel.add(Math.min(lease.endsAt, this.#options.clock.now() + LONGEST_LOOK_AHEAD_MS), lease);
  }

  #judge(lease: HeldLease, now: number): void {
    const name = keyText(lease.key);
    if (this.#leases.get(name) !== lease) {
      return;
    }
    if (lease.endsAt > now) {
      this.#lookAgain(lease);
      return;
    }
    this.#leases.delete(name);
    this.#lapses += 1;
    this.#options.onLapsed(lease.key);
  }
}
