import type { EvaluationContext, FlagValue, FlagValueType, Logger, ResolutionDetails } from '@openfeature/server-sdk';

import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import { ErrorCode, ParseError } from '@openfeature/server-sdk';

import type { FlagDocument } from './flag-document.ts';

/** What OpenFeature's SDK asks of a provider. */
export type FlagQuestion<T extends FlagValue> = [
  flagKey: string,
  defaultValue: T,
  context: EvaluationContext,
  logger: Logger,
];

/** What flagd-core has to tell of a document is in its errors as well. */
const SILENT: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/**
 * Flags that were checked, ready to be evaluated; never changed in place. One comes out of `flagSetSchema` only.
 *
 * Rules are interpreted: configuration is never turned into code of this process.
 */
export class FlagSet {
  readonly #storage: MemoryStorage;
  readonly #evaluator: FlagdCore;

  private constructor(storage: MemoryStorage) {
    this.#storage = storage;
    this.#evaluator = new FlagdCore(storage, SILENT);
  }

  /** Throws flagd's ParseError where it refuses the document, or a rule that it would refuse at each evaluation. */
  static parse(document: FlagDocument): FlagSet {
    const storage = new MemoryStorage(SILENT, { disableDynamicCodeGeneration: true });
    storage.setConfigurations(JSON.stringify(document), true);
    for (const [key, flag] of storage.getFlags()) {
      if (flag.evaluate({}, SILENT).errorCode === ErrorCode.PARSE_ERROR) {
        throw new ParseError(`the rule of flag '${key}' can't be read`);
      }
    }
    return new FlagSet(storage);
  }

  /** Does no I/O and does not throw: what goes wrong is the `errorCode` beside the default value. */
  evaluate<T extends FlagValue>(type: FlagValueType, question: FlagQuestion<T>): ResolutionDetails<T> {
    return this.#evaluator.resolve(type, ...question);
  }

  /** Keys of the flags that are new, gone or defined otherwise than in `previous`, metadata counted. Sorted. */
  changedSince(previous: FlagSet): string[] {
    const before = previous.#storage.getFlags();
    const after = this.#storage.getFlags();
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((key) => before.get(key)?.hash !== after.get(key)?.hash)
      .sort();
  }
}

function ignore(): void {
  // Nothing is lost: see SILENT.
}
