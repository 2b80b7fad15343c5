import { describe, expect, it } from 'vitest';

import { DocumentSyntaxError } from '../errors.ts';
import { isDocumentPath, parseDocument } from './parse-document.ts';

function refusal(path: string, text: string): { line: number | undefined; reason: string } {
  try {
    parseDocument(path, text);
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      expect(error.path).toBe(path);
      return { line: error.line, reason: error.reason };
    }
    throw error;
  }
  throw new Error(`${path} was not refused`);
}

describe('a document', () => {
  it.each([
    ['orders/production.yaml', true],
    ['orders/eu.west.yml', true],
    ['a.json', true],
    ['a.properties', true],
    ['a/b.env', true],
    ['orders/.env', false],
    ['orders/.hidden.yaml', false],
    ['README.md', false],
    ['yaml', false],
  ])('has a name with a known extension: %s is %s', (path, expected) => {
    expect(isDocumentPath(path)).toBe(expected);
  });

  it.each(['a.yaml', 'a.yml', 'a.json', 'a.properties', 'a.env'])('may be empty: %s', (path) => {
    expect(parseDocument(path, '').root).toEqual({});
    expect(parseDocument(path, '\n\n').root).toEqual({});
  });

  it.each([
    ['a.yaml', true],
    ['a.json', true],
    ['a.properties', false],
    ['a.env', false],
  ])('knows whether its format has types: %s %s', (path, typed) => {
    expect(parseDocument(path, '').typed).toBe(typed);
  });

  it.each([
    ['a.yaml', '- 1'],
    ['a.yaml', 'text'],
    ['a.json', '[]'],
    ['a.json', '5'],
  ])('is refused when its root is no map: %s %j', (path, text) => {
    expect(refusal(path, text)).toEqual({ line: undefined, reason: 'is not a map of keys and values' });
  });

  it('is refused beyond its bound in characters', () => {
    expect(refusal('a.yaml', `#${'x'.repeat(1_048_576)}`).reason).toBe('is longer than 1048576 characters');
  });

  it('may begin with a byte order mark and end its lines in any way', () => {
    expect(parseDocument('a.env', '\uFEFFA=1\r\nB=2\rC=3').root).toEqual({ A: '1', B: '2', C: '3' });
  });

  it('has maps without a prototype', () => {
    const { root } = parseDocument('a.yaml', 'a: {constructor: 1}');

    expect('toString' in root).toBe(false);
    expect(Object.getPrototypeOf(root['a'])).toBeNull();
  });

  it.each([
    ['a.yaml', 'a:\n  __proto__: {admin: true}', 2],
    ['a.json', '{"a": 1,\n"__proto__": {"admin": true}}', 2],
    ['a.properties', 'a=1\n__proto__.admin=true', 2],
    ['a.env', '__proto__=1', 1],
  ])('refuses the key __proto__: %s', (path, text, line) => {
    expect(refusal(path, text).line).toBe(line);
  });

  it.each([
    ['a.yaml', 'a: 1\nb: 2\na: 3', 3],
    ['a.yaml', '1: x\n"1": y', 2],
    ['a.json', '{"a": 1,\n"a": 2}', 2],
    ['a.properties', 'a=1\n\na=2', 3],
    ['a.env', 'A=1\nA=2', 2],
  ])('refuses a key that is there twice: %s %j', (path, text, line) => {
    const { line: told, reason } = refusal(path, text);

    expect(told).toBe(line);
    expect(reason).toContain('twice');
  });
});

describe('YAML', () => {
  it('is read as version 1.2, core schema', () => {
    expect(parseDocument('a.yaml', 'a: yes\nb: 0o17\nc: 1_000\nd: 2020-01-01\ne:\nf: -0\ng: 010').root).toEqual({
      a: 'yes',
      b: 15,
      c: '1_000',
      d: '2020-01-01',
      e: null,
      f: 0,
      g: 10,
    });
  });

  it('tells the line of a key, or of the nearest key above one behind an alias', () => {
    const document = parseDocument('a.yaml', 'a: &x\n  b: 1\nc: *x\n');

    expect(document.root).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect([['a'], ['a', 'b'], ['c'], ['c', 'b'], ['z']].map((key) => document.lineOf(key))).toEqual([
      1,
      2,
      3,
      3,
      undefined,
    ]);
  });

  it('means by an alias the anchor last defined before it', () => {
    expect(parseDocument('a.yaml', 'a: &x 1\nb: *x\nc: &x 2\nd: *x').root).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it.each([
    ['must be sufficiently indented', 1, 'a: [1'],
    ['unresolved tag', 2, 'a: 1\nb: !secret hunter2'],
    ['multiple documents', 2, 'a: 1\n---\nb: 2'],
    ['an alias to an anchor that is not there', 1, 'a: *hunter2'],
    ['unknown directive', 1, '%hunter2\n---\na: 1'],
    ['alias to what it stands in', 1, 'a: &x [*x]'],
    ['merge key', 1, '<<: {a: 1}'],
    ['a key that is no text', 1, '? [a]\n: 1'],
    ['integer beyond 2^53', 1, 'a: 12345678901234567890'],
    ['number that JSON cannot', 1, 'a: .inf'],
    ['version other than 1.2', 1, '%YAML 1.1\n---\na: yes'],
    ['nested deeper', 1, `a: ${'['.repeat(70)}${']'.repeat(70)}`],
    ['nested deeper', 1, `a: ${'['.repeat(5_000)}`],
  ])('is refused with its line: %s', (reason, line, text) => {
    const told = refusal('a.yaml', text);

    expect(told.line).toBe(line);
    expect(told.reason).toContain(reason);
    expect(told.reason).not.toContain('hunter2');
  });

  it('is refused when a few aliases stand for too many values, or too deep ones', () => {
    const wide = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    const deep = Array.from({ length: 99 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`);

    expect(refusal('a.yaml', ['a0: &a0 [1]', ...wide].join('\n')).reason).toBe('holds more than 100000 values');
    expect(refusal('a.yaml', ['a0: &a0 [1]', ...deep].join('\n')).reason).toBe('is nested deeper than 64 levels');
  });

  it.each(['password: "hunter2\\q"', 'a: hunter2: x', 'a: "x" hunter2', 'a: |hunter2\n', '}hunter2'])(
    'never has its content in a reason: %j',
    (text) => {
      expect(refusal('a.yaml', text).reason).not.toContain('hunter2');
    },
  );
});

describe('JSON', () => {
  it('may be indented by tabs', () => {
    const document = parseDocument('a.json', '{\n\t"a": {\n\t\t"b": [1.5, null]\n\t}\n}');

    expect(document.root).toEqual({ a: { b: [1.5, null] } });
    expect(document.lineOf(['a', 'b'])).toBe(3);
  });

  it.each([
    ['{\n  "a": 1,\n  "b": hunter2\n}', 3],
    ['{\n  "a": 1,\n}', 3],
    ['{\n  "a": 1\n  "b": 2\n}', 3],
    ['{"a": 1', 1],
    ['// no comments\n{}', 1],
    ["{'a': 1}", 1],
    ['a: 1', 1],
  ])('is strict, and names the line: %j', (text, line) => {
    expect(refusal('a.json', text)).toEqual({ line, reason: 'is not valid JSON' });
  });
});

describe('properties', () => {
  it('are maps by dots and lists by indexes, and always text', () => {
    const text = '! c\ndb.pool = 5\ndb.url: h\\\n   ost\nhosts[0]=a\nhosts[1].name=b\n["x.y"]=\\u00e9';
    const document = parseDocument('a.properties', text);

    expect(document.root).toEqual({ db: { pool: '5', url: 'host' }, hosts: ['a', { name: 'b' }], 'x.y': 'é' });
    expect([['db', 'url'], ['hosts'], ['x.y']].map((key) => document.lineOf(key))).toEqual([3, 5, 7]);
  });

  it.each([
    ['a=1\na.b=2', 2],
    ['a.b=1\na=2', 2],
    ['a[0]=1\na.b=2', 2],
    ['\na[1]=1', 2],
    ['a..b=1', 1],
    ['a=\\u12', 1],
    [`${'a.'.repeat(70)}b=1`, 1],
  ])('are refused with their line: %j', (text, line) => {
    expect(refusal('a.properties', text).line).toBe(line);
  });
});

describe('an env file', () => {
  it('has flat keys, as they are written, and quotes as dotenv has them', () => {
    const text = `# c\nexport A="x y" # why\nDB_POOL=5\nE=\nM='one\ntwo'\na.b=don't #c\nN="1\\n2"`;
    const document = parseDocument('a.env', text);

    expect(document.root).toEqual({ A: 'x y', DB_POOL: '5', E: '', M: 'one\ntwo', 'a.b': "don't", N: '1\n2' });
    expect(['A', 'M', 'a.b', 'N'].map((key) => document.lineOf([key]))).toEqual([2, 5, 7, 8]);
  });

  it.each(['A=1\nno assignment', 'A=1\nB="no end', 'A=1\nB="x" y', 'A=1\n=x', 'A=1\nB: x'])(
    'is refused with the line that is none: %j',
    (text) => {
      expect(refusal('a.env', text).line).toBe(2);
    },
  );

  it('is read in time that grows with its length alone', () => {
    const spaces = ' '.repeat(500_000);

    expect(parseDocument('a.env', `A=x${spaces}y`).root['A']).toHaveLength(500_002);
    expect(parseDocument('a.env', `A=${spaces}'x'${spaces}#`).root).toEqual({ A: 'x' });
    expect(refusal('a.env', `A=${spaces}"x`).line).toBe(1);
    expect(refusal('a.env', `A="x"${spaces}y`).line).toBe(1);
    expect(refusal('a.env', `${spaces}A${spaces}`).line).toBe(1);
  });
});
