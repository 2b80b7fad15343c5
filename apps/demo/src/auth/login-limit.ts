import { TooManyLoginsError } from '../errors.ts';

export interface LoginLimits {
  /** For one user in a minute; what succeeded does not count. */
  readonly failuresPerUser: number;
  /** In all, in a minute. */
  readonly perMinute: number;
}

const WINDOW_MS = 60_000;
/** Each waits for a processor for a tenth of a second or more. */
const MAX_UNDER_WAY = 16;
const BUSY_RETRY_S = 1;
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
  #underWay = 0;

  constructor(limits: () => LoginLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /**
   * Whether the password matches. The attempt counts before that is known, so that many at once count too.
   * Rejects with a TooManyLoginsError, and does not look, where it is one too many.
   */
  async attempt(user: string, matches: () => Promise<boolean>): Promise<boolean> {
    this.#begin(user);
    this.#underWay += 1;
    try {
      const isRight = await matches();
      if (isRight) {
        this.#forgive(user);
      }
      return isRight;
    } finally {
      this.#underWay -= 1;
    }
  }

  #begin(user: string): void {
    if (this.#underWay >= MAX_UNDER_WAY) {
      throw new TooManyLoginsError(BUSY_RETRY_S);
    }
    const { failuresPerUser, perMinute } = this.#limits();
    const ofUser = this.#current(this.#users.get(user));
    const all = this.#current(this.#all);
    requireRoom(ofUser, failuresPerUser, this.#now());
    requireRoom(all, perMinute, this.#now());
    this.#all = { ...all, attempts: all.attempts + 1 };
    this.#remember(user, { ...ofUser, attempts: ofUser.attempts + 1 });
  }

  #forgive(user: string): void {
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

function requireRoom({ attempts, endsAt }: Window, limit: number, now: number): void {
  if (attempts >= limit) {
    throw new TooManyLoginsError(Math.ceil((endsAt - now) / 1_000));
  }
}
