import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { readUsers } from './users.ts';

const HASH = `$scrypt$ln=14,r=8,p=5$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`;

async function usersIn(content: unknown) {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'users.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readUsers(file);
}

describe('the users', () => {
  it('are read from a file, by name', async () => {
    expect([...(await usersIn([{ user: 'ada', password: HASH }])).keys()]).toEqual(['ada']);
  });

  it.each([
    ['no json', /^SHOP_AUTH_USERS_FILE: is no JSON$/],
    [[], /^SHOP_AUTH_USERS_FILE: the list: /],
    [[{ user: 'ada', password: 'hunter2' }], /^SHOP_AUTH_USERS_FILE: 0\.password: must be a hash/],
    [[{ user: 'a b', password: HASH }], /^SHOP_AUTH_USERS_FILE: 0\.user: must be/],
    [
      [
        { user: 'ada', password: HASH },
        { user: 'ada', password: HASH },
      ],
      /"ada" is there twice/,
    ],
  ])('are refused with the reason, and no password: %j', async (content, reason) => {
    await expect(usersIn(content)).rejects.toThrow(reason);
    await expect(usersIn(content)).rejects.not.toThrow(/hunter2|scrypt\$ln=14,r=8,p=5\$c2/);
  });
});
