import { describe, expect, it } from 'vitest';

import { DocumentSyntaxError, PlaceholderError } from '../errors.ts';
import { composeConfiguration } from './compose-configuration.ts';
import { treeOf } from './tree-of.ts';

const PAIR = { service: 'orders', environment: 'production' };

function compose(files: Readonly<Record<string, string>>) {
  return composeConfiguration(treeOf(files), PAIR);
}

function valuesOf(yaml: string) {
  return compose({ 'orders/default.yaml': yaml }).values;
}

describe('an effective configuration', () => {
  const files = {
    'common/default.yaml': 'log: info\ndb:\n  pool: 1\n  url: db://${db.host}/x',
    'database/default.yaml': 'host: localhost',
    'orders/service.yaml': 'imports: [{ group: database, prefix: db }]',
    'orders/default.yaml': '# c\n\ndb: { pool: 5 }\nhosts: [a, b]\nnone: {}',
    'orders/production.yaml': 'hosts: [c]\ndb:\n  pool: 7',
    'orders/production.properties': 'db.pool=10',
  };

  it('is its layers laid over each other', () => {
    expect(compose(files).values).toEqual({
      log: 'info',
      db: { pool: '10', url: 'db://localhost/x', host: 'localhost' },
      hosts: ['c'],
      none: {},
    });
    expect(compose(files).files).toEqual([
      'common/default.yaml',
      'database/default.yaml',
      'orders/default.yaml',
      'orders/production.yaml',
      'orders/production.properties',
    ]);
  });

  it('tells for each key where it comes from and what it overrode, as written', () => {
    const explained = compose(files).explain();

    expect([...explained.keys()]).toEqual(['log', 'db.pool', 'db.url', 'db.host', 'hosts', 'none']);
    expect(explained.get('db.pool')).toEqual({
      value: '10',
      path: 'orders/production.properties',
      line: 1,
      overrides: [
        { value: 7, path: 'orders/production.yaml', line: 3 },
        { value: 5, path: 'orders/default.yaml', line: 3 },
        { value: 1, path: 'common/default.yaml', line: 3 },
      ],
    });
    expect(explained.get('db.url')).toMatchObject({ value: 'db://localhost/x', path: 'common/default.yaml', line: 4 });
    expect(explained.get('db.host')).toMatchObject({ path: 'database/default.yaml', line: 1 });
    expect(explained.get('hosts')).toMatchObject({ value: ['c'], overrides: [{ value: ['a', 'b'] }] });
  });

  it('knows which of its values are text for want of a type', () => {
    const configuration = compose({
      'orders/default.yaml': 'a: "1"\nb: ${x:1}\nc: ${d}\ne: x${d}',
      'orders/production.env': 'd=1',
    });

    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => configuration.isText([key]))).toEqual(['b', 'c', 'd']);
  });

  it('has an etag of its content alone', () => {
    const etagOf = (yaml: string) => compose({ 'orders/default.yaml': yaml }).etag;

    expect(etagOf('a: 1\nb: { c: 2, d: 3 }')).toBe(etagOf('# c\nb:\n  d: 3\n  c: 2\na: 1 # d'));
    expect(etagOf('a: 1')).toMatch(/^[\w-]{22}$/);
    expect(new Set(['a: 1', 'a: "1"', 'a: [1]', 'a: null', 'b: 1', '', 'a: {}'].map(etagOf)).size).toBe(7);
  });

  it('is refused when one of its documents cannot be read', () => {
    expect(() => compose({ 'common/default.yaml': 'a: [' })).toThrow(DocumentSyntaxError);
  });
});

describe('a placeholder', () => {
  it.each([
    ['takes a whole value with its type', 'a: ${b.c}\nb: { c: 5 }', 5],
    ['takes a list as it is', 'a: ${b}\nb: [1, "${c}"]\nc: x', [1, 'x']],
    ['is text in a text', 'a: x${b}y${c}\nb: 1.5\nc: true', 'x1.5ytrue'],
    ['is nothing in a text for null', 'a: x${b}\nb:', 'x'],
    ['may have a default', 'a: ${b:x y}', 'x y'],
    ['may have an empty default', 'a: "${b:}"', ''],
    ['may have a placeholder for a default', 'a: ${b:${c:${d}}}\nd: 1', 1],
    ['may have braces in its default', 'a: "${b:{x}}"', '{x}'],
    ['prefers a value to its default', 'a: ${b:x}\nb: false', false],
    ['may name a key with a dot', 'a: ${["b.c"]:x}\nb.c: 1', 1],
    ['is followed from one to the next', 'a: ${b}\nb: ${c}\nc: 1', 1],
    ['is found inside lists', 'a: [{ b: "${c}" }]\nc: 1', [{ b: 1 }]],
    ['can be escaped', 'a: \\${b} ${c}\nc: 1', '${b} 1'],
    ['is none without an end', 'a: "}${b"', '}${b'],
    ['leaves secrets alone', 'a: x${secret:vault/kv/orders#password}', 'x${secret:vault/kv/orders#password}'],
    ['carries a reference to a secret on', 'a: x${b}\nb: ${secret:file/b}', 'x${secret:file/b}'],
  ])('%s', (...[, yaml, expected]) => {
    expect(valuesOf(yaml)['a']).toEqual(expected);
  });

  it.each([
    ['a: 1\nb: ${c}', 'b refers to ${c}, which is not there and has no default', 2],
    ['a: ${b}\nb: x${c}\nc: ${a}', 'c refers to itself: a -> b -> c -> a', 3],
    ['a: ${a}', 'a refers to itself: a -> a', 1],
    ['a: ${b}\nb: { c: 1 }', 'a refers to ${b}, which is a map', 1],
    ['a: x${b}\nb: [1]', 'a refers to the list ${b} inside a text', 1],
    ['a: ${}', 'a has a placeholder without a key: the key "" has no key at character 1', 1],
    ['a: [1, "${b.}"]', 'a has a placeholder without a key: the key "b." has no key at character 2', 1],
  ])('is refused, naming key and file: %j', (yaml, message, line) => {
    expect(() => valuesOf(yaml)).toThrow(`orders/default.yaml:${line}: ${message}`);
  });

  it('is an error of the layer that holds it', () => {
    const files = { 'common/default.yaml': 'x: 1\na: ${b}', 'orders/default.yaml': 'y: 1' };

    expect(() => compose(files)).toThrow(
      new PlaceholderError(
        { key: 'a', path: 'common/default.yaml', line: 2 },
        'refers to ${b}, which is not there and has no default',
      ),
    );
  });

  it.each([
    ['text', (above: string) => `"${above}${above}"`],
    ['lists', (above: string) => `["${above}", "${above}"]`],
  ])('cannot expand a few lines of %s into gigabytes', (_, twice) => {
    const lines = Array.from({ length: 60 }, (__, i) => `a${i + 1}: ${twice(`\${a${i}}`)}`);

    expect(() => valuesOf(['a0: [0]'.replace('[0]', twice('x')), ...lines].join('\n'))).toThrow(
      'expands, with others, to more than 4194304 characters',
    );
  });

  it('cannot refer on and on, nor have defaults in defaults without end', () => {
    const chain = Array.from({ length: 99 }, (_, i) => `a${i}: \${a${i + 1}}`);
    const nested = `a: "${'${b:'.repeat(99)}${'}'.repeat(99)}"`;

    expect(() => valuesOf(chain.join('\n'))).toThrow('is at the end of more than 64 placeholders');
    expect(() => valuesOf(nested)).toThrow('a has defaults nested deeper than 64 levels');
  });

  it('takes time that grows with its length alone', () => {
    expect(valuesOf(`a: "${'${a:'.repeat(100_000)}"`)['a']).toHaveLength(400_000);
  });
});
