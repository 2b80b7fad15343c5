import type { EvaluationContext, FlagValue, FlagValueType, Logger, ResolutionDetails } from '@openfeature/server-sdk';

import { FlagdCore, MemoryStorage } from '@openfeature/flagd-core';
import * as z from 'zod';

import { FlagDocument } from './flag-document.ts';

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

  /** Throws flagd's ParseError where it refuses the document. */
  static parse(document: FlagDocument): FlagSet {
    const storage = new MemoryStorage(SILENT, { disableDynamicCodeGeneration: true });
    storage.setConfigurations(JSON.stringify(document), true);
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

/**
 * Flag definitions in flagd's format, made into a FlagSet: a part of the schema that `ConfigClient` is given. What it
 * refuses is refused like any other invalid configuration: it is not applied, and reported to the config-server.
 */
export const flagSetSchema: z.ZodType<FlagSet> = FlagDocument.transform((document, context) => {
  try {
    return FlagSet.parse(document);
  } catch (error) {
    for (const path of refusedParts(document)) {
      context.addIssue({ code: 'custom', path, message: 'is no rule that flagd knows', params: { cause: error } });
    }
    return z.NEVER;
  }
});

/** Paths of what flagd refuses on its own: the shared rules, else those flags' rules. The root where nothing is. */
function refusedParts({ flags, $evaluators }: FlagDocument): readonly string[][] {
  if (!isTaken({ flags: {}, $evaluators })) {
    return [['$evaluators']];
  }
  const refused = Object.entries(flags)
    .filter(([key, flag]) => !isTaken({ flags: { [key]: flag }, $evaluators }))
    .map(([key]) => ['flags', key, 'targeting']);
  return refused.length > 0 ? refused : [[]];
}

function isTaken(document: FlagDocument): boolean {
  try {
    FlagSet.parse(document);
    return true;
  } catch {
    return false;
  }
}

function ignore(): void {
  // Nothing is lost: see SILENT.
}
