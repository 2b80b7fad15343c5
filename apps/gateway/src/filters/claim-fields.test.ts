import { describe, expect, it } from 'vitest';

import { toClaimFields } from './claim-fields.ts';

const X_USER = [{ claim: 'sub', header: 'x-user' }];

describe('the fields of a token', () => {
  it('carry texts, numbers and booleans, in the order of the configuration', () => {
    const claims = { sub: 'ann', level: 3, isStaff: false };

    expect(
      toClaimFields(claims, [
        { claim: 'level', header: 'x-level' },
        { claim: 'sub', header: 'x-user' },
        { claim: 'isStaff', header: 'x-staff' },
      ]),
    ).toEqual(['x-level', '3', 'x-user', 'ann', 'x-staff', 'false']);
  });

  it.each(['sub', 'toString', '__proto__', 'constructor'])('have none of a claim that is missing: %s', (claim) => {
    expect(toClaimFields({}, [{ claim, header: 'x-user' }])).toEqual([]);
  });

  it.each([
    { sub: '', what: 'empty' },
    { sub: ' ann', what: 'with a space before it' },
    { sub: 'ann\t', what: 'with a tab after it' },
    { sub: 'ann\r\nx-role: admin', what: 'with a line of its own' },
    { sub: 'ann\0', what: 'with a null character' },
    { sub: '\u010dann\u010ax-role', what: 'of letters whose lower bytes are CR and LF' },
    { sub: 'josé', what: 'that is not ASCII' },
    { sub: 'a'.repeat(1_025), what: 'of more than 1024 characters' },
    { sub: ['ann'], what: 'a list' },
    { sub: { name: 'ann' }, what: 'an object' },
    { sub: null, what: 'null' },
  ])('can not have $sub: $what', ({ sub }) => {
    expect(toClaimFields({ sub }, X_USER)).toBeUndefined();
  });
});
