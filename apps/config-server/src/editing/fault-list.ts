import type { Failure } from '@signalbox/validation';

import { type DocumentSyntaxError, type Pair, pairKey } from '@signalbox/layering';

const MAX_LINES = 500;
const MAX_PAIRS_NAMED = 5;

/** What is wrong with a commit, for people: every fault once, with the pairs that it breaks. */
export class FaultList {
  readonly #pairsByFault = new Map<string, Set<string>>();
  #isInvalid = false;

  get isEmpty(): boolean {
    return this.#pairsByFault.size === 0;
  }

  /** That of the answer that an update with the same faults gets. */
  get code(): string {
    return this.#isInvalid ? 'config/invalid' : 'config/unparsable';
  }

  /** A document that does not parse is at fault whether or not a pair reads it. */
  addSyntax(error: DocumentSyntaxError | undefined): void {
    if (error !== undefined) {
      this.#pairsOf(error.message);
    }
  }

  add(pair: Pair, { kind, reason, violations }: Failure): void {
    this.#isInvalid ||= kind === 'invalid';
    for (const fault of violations.length === 0 ? [reason] : violations.map(toText)) {
      this.#pairsOf(fault).add(pairKey(pair));
    }
  }

  /** As `orders/production.yaml:3: /db/poolSize must be <= 100 (orders/production)`: at most 500, and how many more there are. */
  lines(): readonly string[] {
    const lines = [...this.#pairsByFault].map(([fault, pairs]) => `${fault}${toSuffix([...pairs])}`);
    const more = lines.length - MAX_LINES;
    return more > 0 ? [...lines.slice(0, MAX_LINES), `and ${more} more`] : lines;
  }

  #pairsOf(fault: string): Set<string> {
    const pairs = this.#pairsByFault.get(fault) ?? new Set();
    this.#pairsByFault.set(fault, pairs);
    return pairs;
  }
}

function toText({ pointer, reason, file, line }: Failure['violations'][number]): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  return `${place}${`${pointer} ${reason}`.trimStart()}`;
}

function toSuffix(pairs: readonly string[]): string {
  const more = pairs.length - MAX_PAIRS_NAMED;
  const named = pairs.slice(0, MAX_PAIRS_NAMED).join(', ');
  return pairs.length === 0 ? '' : ` (${named}${more > 0 ? ` and ${more} more` : ''})`;
}
