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

    expect(keysOf(schema).named.map((keyPath) => keyPath.join('.'))).toEqual([
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

    expect(keysOf(schema).named.map((keyPath) => keyPath.join('.'))).toEqual(['at', 'at.host', 'at.port']);
  });

  it('tells what the schema marks as never shown, wherever it stands', () => {
    const mark = z.string().meta({ writeOnly: true });
    const Account = z.object({ name: z.string(), pin: mark });
    const schema = z.object({
      plain: z.string(),
      password: z.string().meta({ format: 'password' }),
      nullable: mark.nullable(),
      defaulted: mark.default(''),
      whole: z.object({ a: z.string() }).meta({ writeOnly: true }),
      accounts: z.record(z.string(), Account),
      list: z.array(Account),
      pair: z.tuple([z.string(), mark]),
    });

    expect(keysOf(schema).secret.map((keyPath) => keyPath.join('.'))).toEqual([
      'password',
      'nullable',
      'defaulted',
      'whole',
      'accounts.*.pin',
      'list',
      'pair',
    ]);
    expect(keysOf(schema).named.flat()).not.toContain('*');
  });
});
