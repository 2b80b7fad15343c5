import { describe, expect, it } from 'vitest';

import { flagSetSchema } from './flag-set.ts';

const onOff = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

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
      document: { flags: { a: onOff }, $evaluators: { x: { iff: [] } } },
      paths: ['$evaluators'],
    },
  ])('are refused $what, by the path', ({ document, paths }) => {
    expect(pathsRefused(document)).toEqual(paths);
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
