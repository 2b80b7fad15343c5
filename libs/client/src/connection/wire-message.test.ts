import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { describeIssues } from './wire-message.ts';

function describeRefusal(schema: z.ZodType, refused: unknown): string {
  const { error } = schema.safeParse(refused);
  return error === undefined ? 'taken' : describeIssues(error, refused);
}

const saying = (message: string | ((value: string) => string)) =>
  z.object({
    password: z.string().superRefine((value, context) => {
      context.addIssue({ code: 'custom', message: typeof message === 'string' ? message : message(value) });
    }),
  });

describe('describeIssues', () => {
  it('says where and what, in the words of the schema', () => {
    const schema = z.strictObject({ db: z.object({ poolSize: z.int().max(100) }) });

    expect(describeRefusal(schema, { db: { poolSize: 900 }, dp: 1 })).toBe(
      'db.poolSize: Too big: expected number to be <=100; (root): Unrecognized key: "dp"',
    );
    expect(describeRefusal(saying('route clashes with "orders"'), { password: 'hunter2' })).toBe(
      'password: route clashes with "orders"',
    );
  });

  it.each([
    ['plain', 'hunter2', (value: string) => `${value} is weak`],
    ['within a word', 'hunter2', (value: string) => `no${value}no`],
    ['as JSON', 'two\nlines', (value: string) => `not ${JSON.stringify(value)}`],
    ['short', 'abc', (value: string) => `"${value}" is short`],
    ['short and odd', 'a-b', (value: string) => `not ${value}`],
  ])('gives the code alone where the message holds a value (%s)', (_, password, message) => {
    expect(describeRefusal(saying(message), { password })).toBe('password: custom');
  });

  it('knows the values of all fields, and does not take a part of a word for a short one', () => {
    const refused = { password: 'x', other: [{ deep: 4711 }], a: 'e' };

    expect(describeRefusal(saying('differs from 4711'), refused)).toBe('password: custom');
    expect(describeRefusal(saying('differs'), refused)).toBe('password: differs');
  });

  it('has no more than 300 characters of a message', () => {
    const message = `${'differs '.repeat(37)}here`;

    expect(describeRefusal(saying(message), { password: 'x' })).toBe(`password: ${message}`);
    expect(describeRefusal(saying(`${message}!`), { password: 'x' })).toBe(`password: ${message}`);
  });

  it('names no more than twenty places', () => {
    const refused = Array.from({ length: 25 }, () => 'x');

    expect(describeRefusal(z.array(z.number()), refused)).toMatch(/; and 5 more$/);
  });
});
