import { parse as parseDotenv } from 'dotenv';
import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import { randomMap } from '../../test/random-map.ts';
import { UnrenderableError } from '../errors.ts';
import { parseDocument } from './parse-document.ts';
import { renderConfiguration } from './render-configuration.ts';
import { scalarsOf } from './scalars.ts';

const CONFIGURATION = {
  db: { poolSize: 5, url: "it's $x #y" },
  hosts: ['a', { port: 1 }],
  'a.b': null,
  none: [],
  empty: {},
  text: 'one\ntwo',
  on: 'yes',
  zip: '012',
  é: 'é=\t',
};

const GOLDEN = {
  json: `{
  "a.b": null,
  "db": {
    "poolSize": 5,
    "url": "it's $x #y"
  },
  "empty": {},
  "hosts": [
    "a",
    {
      "port": 1
    }
  ],
  "none": [],
  "on": "yes",
  "text": "one\\ntwo",
  "zip": "012",
  "é": "é=\\t"
}
`,
  yaml: `a.b: null
db:
  poolSize: 5
  url: "it's $x #y"
empty: {}
hosts:
  - a
  - port: 1
none: []
"on": "yes"
text: |-
  one
  two
zip: "012"
é: "é=\\t"
`,
  properties: `["a.b"]=
db.poolSize=5
db.url=it's $x #y
hosts[0]=a
hosts[1].port=1
none=
on=yes
text=one\\ntwo
zip=012
\\u00e9=\\u00e9=\\t
`,
  dotenv: `A_B=
DB_POOL_SIZE=5
DB_URL="it's $x #y"
HOSTS_0=a
HOSTS_1_PORT=1
NONE=
ON=yes
TEXT='one
two'
ZIP=012
_='é=	'
`,
} as const;

describe('a rendered configuration', () => {
  it.each(['json', 'yaml', 'properties', 'dotenv'] as const)('looks like this in %s', (format) => {
    expect(renderConfiguration(CONFIGURATION, format)).toBe(GOLDEN[format]);
  });

  it.each(['json', 'yaml'] as const)('reads back as the same values from %s', (format) => {
    const random = seededRandom(1);
    for (let round = 0; round < 300; round++) {
      const values = randomMap(random);

      expect(parseDocument(`a.${format}`, renderConfiguration(values, format)).root).toEqual(values);
    }
  });

  it('reads back as the same text from properties', () => {
    const random = seededRandom(2);
    for (let round = 0; round < 300; round++) {
      const values = randomMap(random);
      const { root } = parseDocument('a.properties', renderConfiguration(values, 'properties'));

      expect(textByKey(root)).toEqual(textByKey(values));
    }
  });

  it('reads back as the same text from dotenv, whatever is in a value', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const values = Object.fromEntries(
        scalarsOf(randomMap(random)).map(({ text }, index) => [`K${index}`, text.replaceAll('`', '')]),
      );

      expect(parseDotenv(renderConfiguration(values, 'dotenv'))).toEqual(values);
      expect(parseDocument('a.env', renderConfiguration(values, 'dotenv')).root).toEqual(values);
    }
  });

  it.each([
    ['poolSize', 'POOL_SIZE'],
    ['maxHTTPConnections', 'MAX_HTTP_CONNECTIONS'],
    ['pool-size', 'POOL_SIZE'],
    ['DB_POOL', 'DB_POOL'],
    ['http2Port', 'HTTP2_PORT'],
    ['1st', '_1ST'],
  ])('names %s in dotenv %s', (key, name) => {
    expect(renderConfiguration({ [key]: 1 }, 'dotenv')).toBe(`${name}=1\n`);
  });

  it('is refused in dotenv when two keys would have one name', () => {
    const render = () => renderConfiguration({ db: { poolSize: 1 }, dbPool: { size: 2 } }, 'dotenv');

    expect(render).toThrow(UnrenderableError);
    expect(render).toThrow('db.poolSize, dbPool.size: would all be named DB_POOL_SIZE in dotenv');
  });

  it('is refused in dotenv when no quotes are left for a value, which is not told', () => {
    const render = () => renderConfiguration({ a: `'"\`secret` }, 'dotenv');

    expect(render).toThrow('a: holds quotes of every kind, which dotenv cannot');
  });
});

function textByKey(map: Parameters<typeof scalarsOf>[0]) {
  return Object.fromEntries(scalarsOf(map).map(({ steps, text }) => [JSON.stringify(steps), text]));
}
