import { describe, expect, it } from 'vitest';

import { OwnFields } from './own-fields.ts';

const OWN = new OwnFields(['X-User', 'x-user-level']);

describe('fields of the gateway’s own', () => {
  it.each(['x-user', 'X-USER', 'x_user', 'X_User', 'x.user', 'x~user', 'X-User_Level', 'x_user_level'])(
    'are taken from a client that sends %s',
    (name) => {
      expect(OWN.without(['Accept', '*/*', name, 'root', 'Host', 'a'])).toEqual(['Accept', '*/*', 'Host', 'a']);
    },
  );

  it.each(['x-users', 'xx-user', 'x--user', 'xuser', 'user', 'y-user'])('are not %s', (name) => {
    const fields = [name, 'ann'];

    expect(OWN.without(fields)).toBe(fields);
  });

  it('are told by name, never by value', () => {
    const fields = ['Accept', 'x-user'];

    expect(OWN.without(fields)).toBe(fields);
  });
});
