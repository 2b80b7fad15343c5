import { TooManyLoginsError } from '../errors.ts';

export interface LoginLimits {
  /** For one user in a minute; what succeeded does not count. */
  readonly failuresPerUser: number;
  /** In all, in a minute. */
  readonly perMinute: number;
}

const WINDOW_MS = 60_000;
/** Names are made up by whoever guesses: those that were tried longest ago are forgotten. */
const MAX_USERS = 10_000;

interface Window {
  readonly endsAt: number;
  readonly attempts: number;
}

/** Bounds how fast passwords can be guessed, of one user and in all. Every instance counts for itself. */
export class LoginLimit {
  readonly #limits: () => LoginLimits;
  readonly #now: () => number;
  /** In the order of their last attempt. */
  readonly #users = new Map<string, Window>();
  #all: Window = { endsAt: 0, attempts: 0 };

  constructor(limits: () => LoginLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Counts an attempt before it is known how it ends, so that many at once count too. Throws a TooManyLoginsError where it is one too many. */
  begin(user: string): void {
    const { failuresPerUser, perMinute } = this.#limits();
    const ofUser = this.#current(this.#users.get(user));
    const all = this.#current(this.#all);
    const full = [...(ofUser.attempts >= failuresPerUser ? [ofUser] : []), ...(all.attempts >= perMinute ? [all] : [])];
    if (full.length > 0) {
      const waitMs = Math.max(...full.map(({ endsAt }) => endsAt)) - this.#now();
      throw new TooManyLoginsError(Math.ceil(waitMs / 1_000));
    }
    this.#all = { ...all, attempts: all.attempts + 1 };
    this.#remember(user, { ...ofUser, attempts: ofUser.attempts + 1 });
  }

  /** The attempt that was counted last was no failure. */
  succeeded(user: string): void {
    const window = this.#users.get(user);
    if (window !== undefined) {
      this.#remember(user, { ...window, attempts: Math.max(0, window.attempts - 1) });
    }
  }

  #current(window: Window | undefined): Window {
    const now = this.#now();
    return window !== undefined && window.endsAt > now ? window : { endsAt: now + WINDOW_MS, attempts: 0 };
  }

  #remember(user: string, window: Window): void {
    this.#users.delete(user);
    this.#users.set(user, window);
    const [oldest] = this.#users.keys();
    if (this.#users.size > MAX_USERS && oldest !== undefined) {
      this.#users.delete(oldest);
    }
  }
}
