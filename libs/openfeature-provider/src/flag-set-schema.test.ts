import { describe, expect, it } from 'vitest';

import { flagSetSchema } from './flag-set-schema.ts';

const onOff = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

/** Rules of which each but the last refers so many times to the next. */
function chain(length: number, times: number): Record<string, unknown> {
  const rules = Array.from({ length }, (_, i) => [
    `rule-${i + 1}`,
    { or: i + 1 < length ? Array.from({ length: times }, () => ({ $ref: `rule-${i + 2}` })) : [true] },
  ]);
  return Object.fromEntries(rules) as Record<string, unknown>;
}

function nested(depth: number): Record<string, unknown> {
  let rule: Record<string, unknown> = { '==': [1, 1] };
  for (let i = 0; i < depth; i++) {
    rule = { and: [rule] };
  }
  return rule;
}

function pathsRefused(document: unknown): string[] {
  const { error } = flagSetSchema.safeParse(document);
  return (error?.issues ?? []).map(({ path }) => path.join('.'));
}

describe('flag definitions', () => {
  it.each([
    { what: 'no flags at all', document: { flags: {} } },
    { what: 'a flag without a default variant', document: { flags: { a: { ...onOff, defaultVariant: null } } } },
    {
      what: 'members that a later flagd may have',
      document: { flags: { a: { ...onOff, since: '2031' } }, owner: 'us' },
    },
    {
      what: 'a rule',
      document: { flags: { a: { ...onOff, targeting: { if: [{ '==': [{ var: 'a' }, 1] }, 'on'] } } } },
    },
    {
      what: 'a rule by reference',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'ours' }, 'on'] } } },
        $evaluators: { ours: { ends_with: [{ var: 'email' }, '@shop.example'] } },
      },
    },
    { what: 'a rule that is nested 240 deep', document: { flags: { a: { ...onOff, targeting: nested(120) } } } },
    {
      what: 'rules that refer to others 16 deep',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'rule-1' }, 'on'] } } },
        $evaluators: chain(16, 1),
      },
    },
  ])('are taken with $what', ({ document }) => {
    expect(pathsRefused(document)).toEqual([]);
  });

  it.each([
    { what: 'without flags', document: {}, paths: ['flags'] },
    { what: 'with another state', document: { flags: { a: { ...onOff, state: 'ON' } } }, paths: ['flags.a.state'] },
    {
      what: 'without variants',
      document: { flags: { a: { ...onOff, variants: {} } } },
      paths: ['flags.a.variants', 'flags.a.defaultVariant'],
    },
    {
      what: 'with variants of two types',
      document: { flags: { a: { ...onOff, variants: { on: true, off: 0 } } } },
      paths: ['flags.a.variants'],
    },
    {
      what: 'with a list for a variant',
      document: { flags: { a: { ...onOff, variants: { on: [1], off: [] } } } },
      paths: ['flags.a.variants'],
    },
    {
      what: 'with null for a variant',
      document: { flags: { a: { ...onOff, variants: { off: null } } } },
      paths: ['flags.a.variants'],
    },
    {
      what: 'with a default that is no variant',
      document: { flags: { a: { ...onOff, defaultVariant: 'toString' } } },
      paths: ['flags.a.defaultVariant'],
    },
    {
      what: 'with a map in the metadata',
      document: { flags: { a: { ...onOff, metadata: { team: {} } } } },
      paths: ['flags.a.metadata.team'],
    },
    {
      what: 'with an operator that is not known',
      document: { flags: { a: onOff, b: { ...onOff, targeting: { iff: [] } } } },
      paths: ['flags.b.targeting'],
    },
    {
      what: 'with a reference that leads nowhere',
      document: { flags: { a: { ...onOff, targeting: { $ref: 'nobody' } } } },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with an unknown operator that no flag refers to',
      document: { flags: { a: onOff }, $evaluators: { x: { iff: [] }, y: { '==': [1, 1] } } },
      paths: ['$evaluators.x'],
    },
    {
      what: 'with an operator within a rule that is not known',
      document: { flags: { a: { ...onOff, targeting: { if: [{ iff: [1] }, 'on'] } } } },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with a reference within a rule that leads nowhere',
      document: { flags: { a: { ...onOff, targeting: { if: [{ and: [{ $ref: 'nobody' }, true] }, 'on'] } } } },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with a reference that is more than one',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'x', and: [] }, 'on'] } } },
        $evaluators: { x: {} },
      },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with rules that refer to each other for ever',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'x' }, 'on'] } } },
        $evaluators: { x: { or: [{ $ref: 'y' }] }, y: { or: [{ $ref: 'x' }] } },
      },
      paths: ['flags.a.targeting', '$evaluators.x', '$evaluators.y'],
    },
    {
      what: 'with rules that refer to others 17 deep',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'rule-1' }, 'on'] } } },
        $evaluators: chain(17, 1),
      },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with a rule that is nested 100,000 deep',
      document: { flags: { a: { ...onOff, targeting: nested(100_000) }, b: onOff } },
      paths: ['flags.a.targeting'],
    },
    {
      what: 'with a small document that references make a huge one',
      document: {
        flags: { a: { ...onOff, targeting: { if: [{ $ref: 'rule-1' }, 'on'] } } },
        $evaluators: chain(16, 4),
      },
      paths: ['flags.a.targeting', ...Array.from({ length: 16 }, (_, i) => `$evaluators.rule-${i + 1}`)],
    },
  ])('are refused $what, by the path', ({ document, paths }) => {
    expect(pathsRefused(document)).toEqual(paths);
  });

  it('mean by a reference the rule of that name, whatever the order of the rules', () => {
    const $evaluators = { ours: { '==': [{ var: 'team' }, 'ours'] }, either: { or: [{ $ref: 'ours' }, false] } };
    const flags = { a: { ...onOff, targeting: { if: [{ $ref: 'either' }, 'on'] } } };
    const set = flagSetSchema.parse({ flags, $evaluators });

    expect(set.evaluate('boolean', ['a', false, { team: 'ours' }, console])).toMatchObject({ value: true });
    expect(set.evaluate('boolean', ['a', false, { team: 'theirs' }, console])).toMatchObject({ value: false });
  });

  it('are refused by a message that holds none of their values', () => {
    const document = { flags: { a: { ...onOff, targeting: { hunter2: ['hunter2'] } } } };

    const { error } = flagSetSchema.safeParse(document);

    expect(error?.message).not.toContain('hunter2');
  });
});

describe('a flag', () => {
  const previous = flagSetSchema.parse({ flags: { same: onOff, gone: onOff, other: onOff, described: onOff } });

  it('counts as changed where it is new, gone, defined otherwise or described otherwise', () => {
    const next = flagSetSchema.parse({
      flags: {
        same: onOff,
        added: onOff,
        other: { ...onOff, defaultVariant: 'on' },
        described: { ...onOff, metadata: { team: 'shop' } },
      },
    });

    expect(next.changedSince(previous)).toEqual(['added', 'described', 'gone', 'other']);
  });

  it('counts as changed where a rule that it refers to is another', () => {
    const flags = { a: { ...onOff, targeting: { if: [{ $ref: 'ours' }, 'on'] } }, b: onOff };
    const ours = (domain: string) =>
      flagSetSchema.parse({ flags, $evaluators: { ours: { ends_with: [{ var: 'email' }, domain] } } });

    expect(ours('@b.example').changedSince(ours('@a.example'))).toEqual(['a']);
  });
});
