import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { keysOf } from './schema-keys.ts';

const Rule = z.object({
  limit: z.int(),
  get both() {
    return Rule.optional();
  },
  get either() {
    return Rule.optional();
  },
});

describe('keysOf', () => {
  it('goes once into a schema that refers to itself, however often it does', () => {
    const schema = z.object({ rule: Rule, other: z.object({ rule: Rule }) });

    expect(keysOf(schema).map((keyPath) => keyPath.join('.'))).toEqual([
      'rule',
      'rule.limit',
      'rule.both',
      'rule.either',
      'other',
      'other.rule',
      'other.rule.limit',
      'other.rule.both',
      'other.rule.either',
    ]);
  });

  it('has the keys of all branches of a union', () => {
    const schema = z.object({ at: z.union([z.object({ host: z.string() }), z.object({ port: z.int() })]) });

    expect(keysOf(schema).map((keyPath) => keyPath.join('.'))).toEqual(['at', 'at.host', 'at.port']);
  });
});
