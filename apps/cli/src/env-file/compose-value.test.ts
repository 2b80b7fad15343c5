import { expect, it } from 'vitest';

import { seededIntegers } from '@signalbox/testkit';

import { readAsComposeGo, readAsPythonDotenv } from '../../test/compose-readers.ts';
import { composeValue } from './compose-value.ts';

const READERS = [readAsPythonDotenv, readAsComposeGo];
/** What one of the two readers, or of the ways to write a value, treats in its own way, and some that is plain. */
const SIGNIFICANT = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    '$',
    '#',
    '=',
    '{',
    '}',
    ':',
    '-',
    '!',
    '%',
    ' ',
    '\t',
    '\n',
    '\r',
    'a',
    'b',
    'é',
    '€',
    '😀',
  ],
  ...['\u0000', '\u00a0', '\u0085', '\u001c', '\u2028', '\ud800', '${', ' #'],
];

function readBack(text: string): readonly (string | undefined)[] {
  return READERS.map((read) => {
    const variables = read(`# title\nBEFORE=1\nA=${text}\nAFTER='2'\n`);
    expect([...variables.keys()]).toEqual(['BEFORE', 'A', 'AFTER']);
    return variables.get('A');
  });
}

it.each([
  ['', ''],
  ['8080', '8080'],
  ['postgres://orders@postgres:5432/orders', 'postgres://orders@postgres:5432/orders'],
  ['a,b=c%20+d@e', 'a,b=c%20+d@e'],
  ['Shop & Sons', "'Shop & Sons'"],
  ['#1', "'#1'"],
  ['a #b', "'a #b'"],
  [' padded ', "' padded '"],
  ['it\'s "fine"', String.raw`'it\'s "fine"'`],
  ['$HOME and $$', "'$HOME and $$'"],
  ['line\nline', "'line\nline'"],
  [String.raw`C:\new\table`, String.raw`'C:\new\table'`],
  [String.raw`\\server\share`, String.raw`\\server\share`],
  [String.raw`C:\dir\ `.trim(), String.raw`C:\dir` + '\\'],
  [String.raw`it\'s`, String.raw`it\'s`],
  ['größe', "'größe'"],
])('writes %j in a way that both readers take for it', (value, text) => {
  expect(composeValue(value)).toBe(text);
  expect(readBack(text)).toEqual([value, value]);
});

it.each([
  '${HOME}',
  '${secret:file/x}',
  'a\r\nb',
  'a\0b',
  '\ud800',
  String.raw`\\ padded and ended by \ `,
  String.raw`'\'`,
  'two lines\nended by \\',
  String.raw`\\host$`,
])('writes nothing for %j, which they would read differently', (value) => {
  expect(composeValue(value)).toBeUndefined();
});

it('writes nothing that either reader takes for something else', () => {
  const integer = seededIntegers(20_260_101);
  const written = new Map<string, string>();
  for (let round = 0; round < 20_000; round += 1) {
    const value = Array.from({ length: 1 + integer(8) }, () => SIGNIFICANT[integer(SIGNIFICANT.length)]).join('');
    const text = composeValue(value);
    if (text !== undefined) {
      written.set(value, text);
    }
  }

  expect(written.size).toBeGreaterThan(5_000);
  for (const [value, text] of written) {
    expect(readBack(text)).toEqual([value, value]);
  }
});
