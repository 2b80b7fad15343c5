import type { ErrorObject } from 'ajv';

import { toPointer } from './json-pointer.ts';

/** One rule of a schema that does not hold. Never tells the value, which may be a secret. */
export interface Violation {
  /** JSON Pointer (RFC 6901) into the effective configuration. */
  readonly pointer: string;
  readonly reason: string;
}

/** Most characters of a schema's own values that a reason repeats. */
const MAX_LISTED_CHARACTERS = 120;

/** What fails these is told by the errors beside theirs. */
const SAID_BY_OTHERS: ReadonlySet<string> = new Set(['if', 'propertyNames']);

export function toViolations(errors: readonly ErrorObject[]): readonly Violation[] {
  return errors.filter(({ keyword }) => !SAID_BY_OTHERS.has(keyword)).map((error) => toViolation(error));
}

function toViolation(error: ErrorObject): Violation {
  const { instancePath, keyword, propertyName } = error;
  if (propertyName !== undefined) {
    return { pointer: instancePath + toPointer([propertyName]), reason: `has a name that ${ruleOf(error)}` };
  }
  switch (keyword) {
    case 'required':
      return { pointer: below(error, 'missingProperty'), reason: 'is required' };
    case 'additionalProperties':
      return { pointer: below(error, 'additionalProperty'), reason: 'is not a key that the schema knows' };
    case 'unevaluatedProperties':
      return { pointer: below(error, 'unevaluatedProperty'), reason: 'is not a key that the schema knows' };
    case 'type':
      return { pointer: instancePath, reason: `must be ${listed(error, 'type')}, is ${typeName(error.data)}` };
    case 'enum':
      return { pointer: instancePath, reason: `must be one of ${listed(error, 'allowedValues')}` };
    case 'const':
      return { pointer: instancePath, reason: `must be ${listed(error, 'allowedValue')}` };
    default:
      return { pointer: instancePath, reason: ruleOf(error) };
  }
}

function ruleOf({ message, keyword }: ErrorObject): string {
  return message ?? `breaks the rule "${keyword}"`;
}

function below(error: ErrorObject, parameter: string): string {
  return error.instancePath + toPointer([String(parameterOf(error, parameter))]);
}

/** Values that the schema itself names. */
function listed(error: ErrorObject, parameter: string): string {
  const named = parameterOf(error, parameter);
  const values: readonly unknown[] = Array.isArray(named) ? named : [named];
  const text = values.map((value) => (parameter === 'type' ? String(value) : JSON.stringify(value))).join(', ');
  return text.length <= MAX_LISTED_CHARACTERS ? text : 'what the schema lists';
}

function parameterOf(error: ErrorObject, name: string): unknown {
  return new Map<string, unknown>(Object.entries(error.params)).get(name);
}

function typeName(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  return Number.isInteger(value) ? 'integer' : typeof value;
}
