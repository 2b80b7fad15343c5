import { describe, expect, it } from 'vitest';

import { seededIntegers } from '@signalbox/testkit';

import type { Routable, RoutedRequest, RouteMatch } from './route.ts';

import { RouteTable } from './route-table.ts';

interface RouteSketch {
  readonly hostnames?: readonly string[];
  readonly matches?: readonly (Partial<RouteMatch> | string)[];
}

/** A match written as a string is a path: `= /abc` an exact one, any other a prefix. */
function toMatch(sketch: Partial<RouteMatch> | string): RouteMatch {
  if (typeof sketch !== 'string') {
    return { path: { type: 'PathPrefix', value: '/' }, headers: [], ...sketch };
  }
  return sketch.startsWith('= ')
    ? { path: { type: 'Exact', value: sketch.slice(2) }, headers: [] }
    : { path: { type: 'PathPrefix', value: sketch }, headers: [] };
}

function tableOf(routes: Record<string, RouteSketch>): RouteTable<Routable> {
  return new RouteTable(
    Object.entries(routes).map(([name, { hostnames = [], matches = ['/'] }]) => ({
      name,
      hostnames,
      matches: matches.map(toMatch),
    })),
  );
}

function requestOf(text: string, headers: Readonly<Record<string, string>> = {}): RoutedRequest {
  const [, method = 'GET', host = '', path = '/'] = /^(?:([A-Z]+) )?([^/]*)(\/.*)$/.exec(text) ?? [];
  return { method, host, path, headerValue: (name) => headers[name] };
}

type Case = [request: string, route: string | undefined, headers?: Record<string, string>];

function nameOf(table: RouteTable<Routable>, [request, , headers]: Case): string | undefined {
  return table.match(requestOf(request, headers))?.name;
}

describe('RouteTable, by path', () => {
  const table = tableOf({
    root: { matches: ['/'] },
    abc: { matches: ['/abc'] },
    slashed: { matches: ['/slashed/'] },
    deep: { matches: ['/abc/d/e'] },
    exact: { matches: ['= /abc/exact'] },
    'exact-slash': { matches: ['= /abc/exact/'] },
    shared: { matches: ['/abcdef', '/abx'] },
  });

  it.each<Case>([
    ['/', 'root'],
    ['/abc', 'abc'],
    ['/abc/', 'abc'],
    ['/abc/d', 'abc'],
    ['/abc/def', 'abc'],
    ['/abcd', 'root'],
    ['/abcde', 'root'],
    ['/abcdef', 'shared'],
    ['/abcdefg', 'root'],
    ['/abx/y', 'shared'],
    ['/ab', 'root'],
    ['/ABC', 'root'],
    ['/abc/d/e', 'deep'],
    ['/abc/d/e/f', 'deep'],
    ['/abc/d/ef', 'abc'],
    ['/slashed', 'slashed'],
    ['/slashed/x', 'slashed'],
    ['/slashedx', 'root'],
    ['/abc/exact', 'exact'],
    ['/abc/exact/', 'exact-slash'],
    ['/abc/exact/one', 'abc'],
  ])('%s goes to %s', (...example) => {
    expect(nameOf(table, example)).toBe(example[1]);
  });

  it('matches nothing where no prefix holds', () => {
    expect(tableOf({ abc: { matches: ['/abc'] } }).match(requestOf('/x'))).toBeUndefined();
  });

  it('takes an escape for the unreserved character that it stands for', () => {
    const escaped = tableOf({ admin: { matches: ['/%61dmin'] }, cafe: { matches: ['/caf%c3%a9'] } });

    expect(escaped.match(requestOf('/admin/x'))?.name).toBe('admin');
    expect(escaped.match(requestOf('/caf%C3%A9'))?.name).toBe('cafe');
  });
});

describe('RouteTable, by host', () => {
  const table = tableOf({
    exact: { hostnames: ['very.specific.com'] },
    several: { hostnames: ['a.example', 'b.example'] },
    wild: { hostnames: ['*.wildcard.io'] },
    'wild-longer': { hostnames: ['*.deep.wildcard.io'], matches: ['/only-here'] },
    named: { hostnames: ['named.wildcard.io'], matches: ['/named'] },
    any: { matches: ['/any'] },
  });

  it.each<Case>([
    ['very.specific.com/', 'exact'],
    ['very.specific.com/any', 'exact'],
    ['non.matching.com/', undefined],
    ['non.matching.com/any', 'any'],
    ['b.example/x', 'several'],
    ['foo.wildcard.io/', 'wild'],
    ['foo.bar.wildcard.io/', 'wild'],
    ['wildcard.io/', undefined],
    ['foowildcard.io/', undefined],
    ['.wildcard.io/', undefined],
    ['x.deep.wildcard.io/only-here', 'wild-longer'],
    ['x.deep.wildcard.io/elsewhere', 'wild'],
    ['named.wildcard.io/named', 'named'],
    ['named.wildcard.io/elsewhere', 'wild'],
    ['/any', 'any'],
  ])('%s goes to %s', (...example) => {
    expect(nameOf(table, example)).toBe(example[1]);
  });

  it('prefers a specific host with a short path to any host with an exact one', () => {
    const hosts = tableOf({ specific: { hostnames: ['a.example'] }, general: { matches: ['= /exact'] } });

    expect(hosts.match(requestOf('a.example/exact'))?.name).toBe('specific');
  });
});

describe('RouteTable, by method and headers', () => {
  const version = (value: string) => ({ name: 'Version', value });
  const table = tableOf({
    'by-path': { matches: ['/path'] },
    'by-method': { matches: [{ method: 'PATCH' }] },
    'by-method-and-path': { matches: [{ method: 'GET', path: { type: 'PathPrefix', value: '/path' } }] },
    'one-header': { matches: [{ headers: [version('one')] }] },
    'two-headers': { matches: [{ headers: [version('one'), { name: 'color', value: 'orange' }] }] },
    'method-and-header': { matches: [{ method: 'PATCH', headers: [version('one')] }] },
    'first-of-two-same': { matches: [{ headers: [version('first'), version('second')] }] },
    'either-header': { matches: [{ headers: [{ name: 'color', value: 'blue' }] }, { headers: [version('four')] }] },
  });

  it.each<Case>([
    ['GET /path', 'by-method-and-path'],
    ['POST /path', 'by-path'],
    ['PATCH /', 'by-method'],
    ['PATCH /path', 'by-path'],
    ['GET /', undefined],
    ['GET /', 'one-header', { version: 'one' }],
    ['GET /', undefined, { version: 'ONE' }],
    ['GET /', 'two-headers', { version: 'one', color: 'orange' }],
    ['PATCH /', 'method-and-header', { version: 'one' }],
    ['PATCH /', 'method-and-header', { version: 'one', color: 'orange' }],
    ['GET /', 'first-of-two-same', { version: 'first' }],
    ['GET /', undefined, { version: 'second' }],
    ['GET /', 'either-header', { color: 'blue' }],
    ['GET /', 'either-header', { version: 'four' }],
  ])('%s goes to %s with %s', (...example) => {
    expect(nameOf(table, example)).toBe(example[1]);
  });

  it('settles a tie by the name of the route, whatever their order', () => {
    expect(tableOf({ b: {}, a: {}, c: {} }).match(requestOf('/'))?.name).toBe('a');
  });

  it('falls back to a shorter prefix when the longer one wants another method', () => {
    const fallback = tableOf({
      long: { matches: [{ method: 'POST', path: { type: 'PathPrefix', value: '/a/b' } }] },
      exact: { matches: [{ method: 'PUT', path: { type: 'Exact', value: '/a/b/c' } }] },
      short: { matches: ['/a'] },
    });

    expect(fallback.match(requestOf('/a/b/c'))?.name).toBe('short');
  });
});

describe('RouteTable, against the definition', () => {
  it('finds the longest prefix by segment for any set of prefixes', () => {
    const random = seededIntegers(1);
    const pathOf = () =>
      Array.from({ length: 1 + random(4) }, () => `/${'ab'.repeat(1 + random(2)).slice(random(2))}`).join('');
    for (let round = 0; round < 200; round++) {
      const prefixes = [...new Set(Array.from({ length: 1 + random(12) }, pathOf))];
      const table = tableOf(Object.fromEntries(prefixes.map((prefix) => [prefix, { matches: [prefix] }])));
      for (let probe = 0; probe < 20; probe++) {
        const path = pathOf();
        const expected = prefixes
          .filter((prefix) => path === prefix || path.startsWith(`${prefix}/`))
          .sort((a, b) => b.length - a.length)[0];
        expect(table.match(requestOf(path))?.name, `${path} among ${prefixes.join(' ')}`).toBe(expected);
      }
    }
  });
});
