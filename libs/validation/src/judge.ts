import {
  composeConfiguration,
  DocumentSyntaxError,
  type EffectiveConfiguration,
  formatKeyPath,
  type Pair,
  parseKeyPath,
  PlaceholderError,
  type Tree,
} from '@signalbox/layering';

import type { Violation } from './violations.ts';

import { fromPointer, toPointer } from './json-pointer.ts';
import { validateConfiguration } from './validate-configuration.ts';

/** A violation, and the document that the value comes from: none where the value is missing. */
export interface LocatedViolation extends Violation {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/** Why a pair can't be served as a tree has it. */
export interface Failure {
  readonly kind: 'unparsable' | 'invalid';
  readonly reason: string;
  /** The document at fault, where one is: with several violations, that of the first. */
  readonly file?: string;
  readonly line?: number;
  /** What is wrong in the effective configuration; empty when it could not be composed. */
  readonly violations: readonly LocatedViolation[];
}

export type Judgement =
  | { readonly kind: 'valid'; readonly configuration: EffectiveConfiguration }
  | { readonly kind: 'broken'; readonly failure: Failure };

/** Whether the pair may be served as the tree has it, and what would be served. */
export function judge(tree: Tree, pair: Pair): Judgement {
  try {
    const effective = composeConfiguration(tree, pair);
    const validation = validateConfiguration(tree, pair, effective);
    return validation.valid
      ? { kind: 'valid', configuration: validation.configuration }
      : { kind: 'broken', failure: violated(effective, validation.errors) };
  } catch (error) {
    return { kind: 'broken', failure: unread(error) };
  }
}

function violated(effective: EffectiveConfiguration, violations: readonly Violation[]): Failure {
  const explanations = effective.explain();
  const located = violations.map((violation) => ({ ...violation, ...originOf(explanations, violation) }));
  const [first] = located;
  return {
    kind: 'invalid',
    reason: first === undefined ? '' : `${first.pointer} ${first.reason}`.trimStart(),
    violations: located,
    ...(first?.file !== undefined && { file: first.file }),
    ...(first?.line !== undefined && { line: first.line }),
  };
}

type Origin = Pick<LocatedViolation, 'file' | 'line'>;

/** A pointer may lead into a list, which comes from one document as a whole. */
function originOf(explanations: ReturnType<EffectiveConfiguration['explain']>, { pointer }: Violation): Origin {
  const keyPath = fromPointer(pointer);
  for (let length = keyPath.length; length > 0; length -= 1) {
    const origin = explanations.get(formatKeyPath(keyPath.slice(0, length)));
    if (origin !== undefined) {
      return placed(origin);
    }
  }
  return {};
}

function placed({ path, line }: { readonly path: string; readonly line?: number | undefined }): Origin {
  return { file: path, ...(line !== undefined && { line }) };
}

function unread(error: unknown): Failure {
  if (!(error instanceof DocumentSyntaxError || error instanceof PlaceholderError)) {
    throw error;
  }
  return {
    kind: error instanceof DocumentSyntaxError ? 'unparsable' : 'invalid',
    reason: error.message,
    violations:
      error instanceof DocumentSyntaxError
        ? []
        : [error, ...error.others].map((wrong) => ({
            pointer: toPointer(parseKeyPath(wrong.key)),
            reason: wrong.reason,
            ...placed(wrong),
          })),
    ...placed(error),
  };
}
