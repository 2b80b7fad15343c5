import {
  COMMON,
  DEFAULT_STEM,
  DocumentSyntaxError,
  layersFor,
  type Pair,
  pathsAt,
  type Tree,
} from '@signalbox/layering';

import { type Failure, judge } from './judge.ts';
import { schemaPathsOf } from './schema-paths.ts';

/** One thing to mend before a pair can be served. */
export interface Flaw {
  /** JSON Pointer (RFC 6901) into the effective configuration; none where a document can't be read. */
  readonly pointer?: string;
  /** Never tells a value, which may be a secret. */
  readonly reason: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/**
 * All that `judge` finds wrong, and every other document of the pair that can't be read: a configuration of which one document is broken is
 * not composed, so that its schemas are held against it only once all can be read. Empty for a pair that may be served.
 */
export function flawsOf(tree: Tree, pair: Pair): readonly Flaw[] {
  const judgement = judge(tree, pair);
  if (judgement.kind === 'valid') {
    return [];
  }
  const unreadable = unreadableOf(tree, pair);
  return unreadable.length > 0 ? unreadable.map(fromSyntaxError) : fromFailure(judgement.failure);
}

function unreadableOf(tree: Tree, pair: Pair): readonly DocumentSyntaxError[] {
  const errors = new Map<string, DocumentSyntaxError>();
  const collect = (read: () => unknown) => {
    const error = syntaxErrorOf(read);
    if (error !== undefined) {
      errors.set(error.message, error);
    }
  };
  collect(() => layersFor(tree, pair));
  for (const path of [...documentPathsOf(tree, pair), ...schemaPathsOf(tree, pair.service)]) {
    collect(() => tree.document(path));
  }
  return [...errors.values()];
}

/** Where the layers can't be told, because the description of the service is broken, those that it has in any case. */
function documentPathsOf(tree: Tree, pair: Pair): readonly string[] {
  try {
    return layersFor(tree, pair).map(({ path }) => path);
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return [COMMON, pair.service]
        .flatMap((folder) => [DEFAULT_STEM, pair.environment].flatMap((stem) => pathsAt({ folder, stem })))
        .filter((path) => tree.paths.has(path));
    }
    throw error;
  }
}

function syntaxErrorOf(read: () => unknown): DocumentSyntaxError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return error;
    }
    throw error;
  }
}

function fromSyntaxError({ path, line, reason }: DocumentSyntaxError): Flaw {
  return { reason, file: path, ...(line !== undefined && { line }) };
}

function fromFailure({ violations, reason }: Failure): readonly Flaw[] {
  return violations.length === 0 ? [{ reason }] : violations;
}
