import { hash } from 'node:crypto';

import type { KeySet } from './key-set.ts';

export interface TokenMemoryOptions {
  /** Tokens that are remembered at a time, from 1; the one that was longest not presented makes room. @default 10_000 */
  readonly maxTokens?: number;
}

interface Remembered {
  readonly fields: readonly string[];
  readonly expiresAtMs: number;
}

const DEFAULTS = { maxTokens: 10_000 } satisfies Required<TokenMemoryOptions>;

/**
 * The claims' fields of tokens that were verified, until they expire or the keys are others. A token itself is not kept, only its digest:
 * what is in memory can't be presented.
 */
export class TokenMemory {
  readonly #maxTokens: number;
  readonly #remembered = new Map<string, Remembered>();
  #keys: KeySet | undefined;

  /** Throws a RangeError for a bound that is no integer from 1. */
  constructor({ maxTokens = DEFAULTS.maxTokens }: TokenMemoryOptions = {}) {
    if (!Number.isInteger(maxTokens) || maxTokens < 1) {
      throw new RangeError(`TokenMemory maxTokens: must be an integer from 1, not ${maxTokens}`);
    }
    this.#maxTokens = maxTokens;
  }

  get size(): number {
    return this.#remembered.size;
  }

  /** The fields of a token that these keys verified and that is not expired. */
  find(
    token: string,
    { keys, nowMs }: { readonly keys: KeySet; readonly nowMs: number },
  ): readonly string[] | undefined {
    if (keys !== this.#keys) {
      this.#remembered.clear();
      this.#keys = keys;
      return undefined;
    }
    const digest = digestOf(token);
    const remembered = this.#remembered.get(digest);
    if (remembered === undefined) {
      return undefined;
    }
    this.#remembered.delete(digest);
    if (remembered.expiresAtMs <= nowMs) {
      return undefined;
    }
    this.#remembered.set(digest, remembered); // last in the map: presented last
    return remembered.fields;
  }

  /** A token that other keys verified than those which are asked for last is not remembered. */
  remember(token: string, remembered: Remembered, keys: KeySet): void {
    if (keys !== this.#keys) {
      return;
    }
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= this.#maxTokens) {
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(digestOf(token), remembered);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
