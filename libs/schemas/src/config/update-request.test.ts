import { describe, expect, it } from 'vitest';

import { ConfigUpdateRequest } from './update-request.ts';

const set = { title: 'My shop' };
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, i]));
const text = (length: number) => 'x'.repeat(length);
const author = { name: 'Ann', email: 'ann@example.org' };

const issuesOf = (request: object) =>
  ConfigUpdateRequest.safeParse({ service: 'orders', ...request }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('ConfigUpdateRequest', () => {
  it('commits unless it is told not to', () => {
    expect(ConfigUpdateRequest.parse({ service: 'orders', set })).toEqual({ service: 'orders', set, dryRun: false });
  });

  it.each([
    ['1,000 keys to set', { set: keys(1_000) }, { set: keys(1_001) }],
    ['a key of 512 characters', { set: { [text(512)]: 1 } }, { set: { [text(513)]: 1 } }],
    ['1,000 keys to unset', { unset: Array(1_000).fill('a') }, { unset: Array(1_001).fill('a') }],
    [
      'a file of 1,048,576 characters',
      { file: { path: 'a.yaml', content: text(1_048_576) } },
      { file: { path: 'a.yaml', content: text(1_048_577) } },
    ],
    [
      'a path of 512 characters',
      { file: { path: text(512), content: '' } },
      { file: { path: text(513), content: '' } },
    ],
    ['a message of 4,096 characters', { set, message: text(4_096) }, { set, message: text(4_097) }],
    ['a message of 1 character', { set, message: 'x' }, { set, message: '' }],
    [
      'a name of 200 characters',
      { set, author: { ...author, name: text(200) } },
      { set, author: { ...author, name: text(201) } },
    ],
    ['a whole commit', { set, expectedVersion: 'a'.repeat(40) }, { set, expectedVersion: 'a'.repeat(39) }],
  ])('goes as far as %s', (_bound, within, beyond) => {
    expect(issuesOf(within)).toBeUndefined();
    expect(issuesOf(beyond)).toHaveLength(1);
  });

  it.each([
    [{}, ': must have at least one of set, unset and file'],
    [{ set, file: { path: 'a.yaml', content: '' } }, ': file can not be combined with set or unset'],
    [{ set, author: { ...author, email: 'ann' } }, 'author.email: Invalid email address'],
    [{ set, dryrun: true }, ': Unrecognized key: "dryrun"'],
  ])('is refused with the place and the reason: %j', (request, issue) => {
    expect(issuesOf(request)).toEqual([issue]);
  });
});
