import { describe, expect, it } from 'vitest';

import { DocumentSyntaxError } from '@signalbox/layering';

import { FaultList } from './fault-list.ts';

const production = (service: string) => ({ service, environment: 'production' });
const invalid = (count: number) => ({
  kind: 'invalid' as const,
  reason: '',
  violations: Array.from({ length: count }, (_, i) => ({
    pointer: `/a/${i}`,
    reason: 'is wrong',
    file: 'a/b.yaml',
    line: 7,
  })),
});

describe('FaultList', () => {
  it('tells every fault once, with the pairs that it breaks', () => {
    const faults = new FaultList();
    for (const service of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      faults.add(production(service), invalid(1));
    }

    expect(faults.lines()).toEqual([
      'a/b.yaml:7: /a/0 is wrong (a/production, b/production, c/production, d/production, e/production and 2 more)',
    ]);
  });

  it('tells how many more there are than it tells', () => {
    const faults = new FaultList();
    faults.add(production('a'), invalid(502));

    expect(faults.lines()).toHaveLength(501);
    expect(faults.lines().at(-1)).toBe('and 2 more');
  });

  it('tells a document that nobody can read once, with whoever needs it', () => {
    const faults = new FaultList();
    const error = new DocumentSyntaxError({ path: 'a/b.yaml', line: 3 }, 'is no map');
    faults.addSyntax(error);
    faults.add(production('a'), { kind: 'unparsable', reason: error.message, violations: [] });

    expect(faults.lines()).toEqual(['a/b.yaml:3: is no map (a/production)']);
    expect(faults.code).toBe('config/unparsable');
  });
});
