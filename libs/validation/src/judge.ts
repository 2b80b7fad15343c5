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

/** Why a pair can't be served as a tree has it. */
export interface Failure {
  readonly kind: 'unparsable' | 'invalid';
  readonly reason: string;
  /** The document at fault, where one is. */
  readonly file?: string;
  readonly line?: number;
  /** What is wrong in the effective configuration; empty when it could not be composed. */
  readonly violations: readonly Violation[];
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
  const [first] = violations;
  const keyPath = fromPointer(first?.pointer ?? '');
  const origin = effective.explain().get(formatKeyPath(keyPath));
  return {
    kind: 'invalid',
    reason: first === undefined ? '' : `${first.pointer} ${first.reason}`.trimStart(),
    violations,
    ...(origin && { file: origin.path }),
    ...(origin?.line !== undefined && { line: origin.line }),
  };
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
        : [{ pointer: toPointer(parseKeyPath(error.key)), reason: error.reason }],
    file: error.path,
    ...(error.line !== undefined && { line: error.line }),
  };
}
