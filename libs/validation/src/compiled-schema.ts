import addFormats from 'ajv-formats';
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';

import type { ConfigMap, Document } from '@signalbox/layering';

import { toSecretTolerant } from './secret-tolerant-schema.ts';
import { toViolations, type Violation } from './violations.ts';

export type CompiledSchema =
  | { readonly kind: 'compiled'; violationsOf(values: ConfigMap): readonly Violation[] }
  | { readonly kind: 'broken'; readonly violation: Violation };

const OPTIONS: Options = {
  allErrors: true,
  // Errors carry the value, to tell its type. Violations tell no more than that.
  verbose: true,
  // Otherwise an absent key such as `constructor` would be found on the prototype.
  ownProperties: true,
  // A misspelt keyword would validate nothing, and nobody would know.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  addUsedSchema: false,
  logger: false,
};

/** Knows what a schema may look like. Compiles nothing else, so that it does not grow. */
const metaSchema = new Ajv2020({ strict: false, logger: false });

/** By document, of which there is one for each content: kept for as long as that is. */
const compiled = new WeakMap<Document, CompiledSchema>();

export function compileSchema(document: Document): CompiledSchema {
  const known = compiled.get(document);
  if (known !== undefined) {
    return known;
  }
  const schema = compile(document);
  compiled.set(document, schema);
  return schema;
}

function compile({ path, root }: Document): CompiledSchema {
  try {
    const validate = compileRoot(root);
    return { kind: 'compiled', violationsOf: (values) => violationsOf({ path, validate }, values) };
  } catch (error) {
    return { kind: 'broken', violation: unusable(path, error) };
  }
}

function compileRoot(root: ConfigMap): ValidateFunction {
  if (root['$async'] !== undefined) {
    throw new Error('it is asynchronous');
  }
  const schema = toSecretTolerant(root);
  // A promise only for a schema that is asynchronous.
  void metaSchema.validateSchema(schema, true);
  // Of its own, because an instance keeps something of all that it ever compiled.
  const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

interface Validator {
  readonly path: string;
  readonly validate: ValidateFunction;
}

/** What validating throws is the schema's fault (one that refers to itself never ends), and may hold up no other service. */
function violationsOf({ path, validate }: Validator, values: ConfigMap): readonly Violation[] {
  // Ajv compares objects by way of their prototype, which ours do not have.
  const plain: unknown = JSON.parse(JSON.stringify(values));
  try {
    return validate(plain) ? [] : toViolations(validate.errors ?? []);
  } catch (error) {
    return [unusable(path, error)];
  }
}

function unusable(path: string, error: unknown): Violation {
  const reason = error instanceof Error ? error.message : String(error);
  return { pointer: '', reason: `${path} is no usable schema: ${reason}` };
}
