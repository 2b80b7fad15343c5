import type { EffectiveConfiguration, Pair, Tree } from '@signalbox/layering';

import type { Violation } from './violations.ts';

import { coerce } from './coerce.ts';
import { compileSchema } from './compiled-schema.ts';
import { schemaPathsOf } from './schema-paths.ts';

export type Validation =
  | { readonly valid: true; readonly configuration: EffectiveConfiguration }
  | { readonly valid: false; readonly errors: readonly Violation[] };

/** Most violations that are told: what is wrong with a long list of the same is wrong with its first. */
const MAX_VIOLATIONS = 100;

/**
 * Against the schema of `common` and the service's own. The configuration of a valid pair has the values of formats
 * without types as the schemas say they are: its etag is the one to serve.
 *
 * @throws DocumentSyntaxError when a schema is no JSON object
 */
export function validateConfiguration(tree: Tree, pair: Pair, effective: EffectiveConfiguration): Validation {
  const documents = schemaPathsOf(tree, pair.service).map((path) => tree.document(path));
  const schemas = documents.map((document) => compileSchema(document));
  const broken = schemas.filter((schema) => schema.kind === 'broken');
  if (broken.length > 0) {
    return { valid: false, errors: broken.map(({ violation }) => violation) };
  }
  const configuration = coerce(
    effective,
    documents.map(({ root }) => root),
  );
  const violations = schemas.flatMap((schema) =>
    schema.kind === 'compiled' ? schema.violationsOf(configuration.values) : [],
  );
  const errors = withoutRepeats(violations).slice(0, MAX_VIOLATIONS);
  return errors.length === 0 ? { valid: true, configuration } : { valid: false, errors };
}

/** Both schemas may have the same rule. */
function withoutRepeats(violations: readonly Violation[]): readonly Violation[] {
  return [...new Map(violations.map((violation) => [`${violation.pointer} ${violation.reason}`, violation])).values()];
}
