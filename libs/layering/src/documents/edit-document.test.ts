import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import type { ConfigValue } from './config-value.ts';

import { pick, randomMap, randomText } from '../../test/random-map.ts';
import { DocumentSyntaxError, UnsupportedEditError } from '../errors.ts';
import { editDocument } from './edit-document.ts';
import { editValues } from './edit-values.ts';
import { formatKeyPath } from './key-path.ts';
import { parseDocument } from './parse-document.ts';
import { renderConfiguration } from './render-configuration.ts';

interface Edits {
  readonly set?: Readonly<Record<string, ConfigValue>>;
  readonly unset?: readonly string[];
}

function edit(path: string, text: string | undefined, { set = {}, unset = [] }: Edits): string {
  return editDocument(path, text, { set: new Map(Object.entries(set)), unset });
}

describe('an edited YAML document', () => {
  it('keeps comments, order, quotes and the style of lists', () => {
    const text = `# top

db:
  # inside
  poolSize: 5 # five
  host: "h"

# list
hosts:
- a # first
- b
flow: {a: 1, b: [x, y]}
text: |
  one
  two
`;

    expect(
      edit('a.yaml', text, {
        set: { 'db.poolSize': 6, 'db.host': 'g', 'flow.c': true, 'new.key': ['x'] },
        unset: ['text'],
      }),
    ).toBe(`# top

db:
  # inside
  poolSize: 6 # five
  host: "g"

# list
hosts:
- a # first
- b
flow: {a: 1, b: [x, y], c: true}
new:
  key:
  - x
`);
  });

  it.each([
    {
      how: 'is made where there was none',
      text: undefined,
      edits: { set: { 'db.poolSize': 5, '["a.b"]': null } },
      expected: 'db:\n  poolSize: 5\na.b: null\n',
    },
    { how: 'keeps what is only comments', text: '# why\n', edits: { set: { a: 1 } }, expected: '# why\n\na: 1\n' },
    { how: 'opens up an empty map', text: '{}\n', edits: { set: { 'a.b': 1 } }, expected: 'a:\n  b: 1\n' },
    {
      how: 'loses the maps that are left empty',
      text: 'a:\n  b:\n    c: 1\nd: 2\n',
      edits: { unset: ['a.b.c'] },
      expected: 'd: 2\n',
    },
    { how: 'does not mind what is not there', text: 'a: {}\n', edits: { unset: ['a.b', 'x.y'] }, expected: 'a: {}\n' },
    {
      how: 'puts a map in the place of a scalar',
      text: 'a: 5\n',
      edits: { set: { 'a.b': 1 } },
      expected: 'a:\n  b: 1\n',
    },
    {
      how: 'drops a tag with the value it was for',
      text: 'a: !!str 5\n',
      edits: { set: { a: 6 } },
      expected: 'a: 6\n',
    },
    { how: 'finds a key that is a number', text: '8080: x\n', edits: { set: { '8080': 'y' } }, expected: '8080: y\n' },
    { how: 'quotes text that looks like a number', text: 'a: 1\n', edits: { set: { a: '5' } }, expected: 'a: "5"\n' },
  ])('$how', ({ text, edits, expected }) => {
    expect(edit('a.yaml', text, edits)).toBe(expected);
  });

  it.each<Edits>([{ set: { 'a.p': 2 } }, { set: { 'b.p': 2 }, unset: ['a'] }, { unset: ['a'] }])(
    'is refused where an alias would carry the edit elsewhere: %j',
    ({ set = {}, unset = [] }) => {
      expect(() => edit('x.yaml', 'a: &x {p: 1}\nb: *x\nc: *x\n', { set, unset })).toThrow(UnsupportedEditError);
    },
  );
});

describe('an edited JSON document', () => {
  it('keeps its indentation, its order and its numbers as they were written', () => {
    const text = '{\n\t"b": 1.0,\n\t"1": "x",\n\t"a": {}\n}';

    expect(edit('a.json', text, { set: { 'a.c': [1, { d: null }] } })).toBe(
      '{\n\t"b": 1.0,\n\t"1": "x",\n\t"a": {\n\t\t"c": [\n\t\t\t1,\n\t\t\t{\n\t\t\t\t"d": null\n\t\t\t}\n\t\t]\n\t}\n}',
    );
  });

  it('stays in one line, if it was', () => {
    expect(edit('a.json', '{"a":1,"b":[2]}\n', { set: { c: 'é' }, unset: ['a'] })).toBe('{"b":[2],"c":"é"}\n');
  });

  it('begins with two spaces', () => {
    expect(edit('a.json', undefined, { set: { 'a.b': 1 } })).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n');
  });
});

describe('an edited properties document', () => {
  it('keeps comments, order and separators', () => {
    const text = '# c\ndb.pool = 5\n! d\n  hosts[0]: a\n  hosts[1]: b\nlong=a\\\n  b\nz: 1';

    expect(
      edit('a.properties', text, {
        set: { 'db.pool': 6, hosts: ['x y', ' z', 'é'], 'z.deep': 2, new: '=' },
        unset: ['long'],
      }),
    ).toBe('# c\ndb.pool = 6\n! d\n  hosts[0]: x y\n  hosts[1]: \\ z\n  hosts[2]: é\nz.deep: 2\nnew = =\n');
  });
});

describe('an edited env file', () => {
  it('keeps comments, order and exports, and quotes where it must', () => {
    expect(
      edit('a.env', '# c\nexport A=1 # one\nB="x"\nC=3', {
        set: { A: 'two words', D: "it's", B: false },
        unset: ['C'],
      }),
    ).toBe("# c\nexport A='two words' # one\nB=false\nD=\"it's\"\n");
  });

  it('keeps the ends of its lines', () => {
    expect(edit('a.env', 'A=1\r\nB=2\r\n', { set: { B: 3 } })).toBe('A=1\r\nB=3\r\n');
  });

  it.each([{ 'a.b': 1 }, { 'a b': 1 }, { A: [1] }, { A: { b: 1 } }, { A: `'"\`` }])(
    'refuses what it cannot hold: %j',
    (set) => {
      expect(() => edit('a.env', '', { set })).toThrow(UnsupportedEditError);
    },
  );
});

describe('an edit', () => {
  it('is refused when the document is none of its format', () => {
    expect(() => edit('a.yaml', 'a: [', { set: { b: 1 } })).toThrow(DocumentSyntaxError);
  });

  it.each(['yaml', 'json'] as const)('does to %s what it does to the values', (format) => {
    const random = seededRandom(4);
    for (let round = 0; round < 300; round++) {
      const before = randomMap(random);
      const keys = [...Object.keys(before), randomText(random), 'new'];
      const keyPath = random() < 0.5 ? [pick(random, keys)] : [pick(random, keys), randomText(random)];
      const edits = {
        set: new Map([[formatKeyPath(keyPath), randomMap(random)]]),
        unset: [formatKeyPath([pick(random, keys)])],
      };
      const text = editDocument(`a.${format}`, renderConfiguration(before, format), edits);

      expect(parseDocument(`a.${format}`, text).root).toEqual(editValues(before, edits));
    }
  });
});
