import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import type { ConfigMap } from '@signalbox/layering/keys';

import { parseTypingText } from './typed-text.ts';

const typed = (schema: z.ZodType, configuration: ConfigMap) =>
  parseTypingText(schema, configuration, ([first]) => first === 'text');

describe('a text', () => {
  it.each<{ kind: string; schema: z.ZodType; text: string; value: unknown }>([
    { kind: 'a number', schema: z.number(), text: '1.5', value: 1.5 },
    { kind: 'a whole number', schema: z.int(), text: ' 20 ', value: 20 },
    { kind: 'a boolean', schema: z.boolean(), text: 'on', value: true },
    { kind: 'null', schema: z.null(), text: '', value: null },
    { kind: 'an optional number', schema: z.number().optional(), text: '3', value: 3 },
    { kind: 'a nullable boolean', schema: z.boolean().nullable(), text: 'no', value: false },
    { kind: 'a literal', schema: z.literal(5), text: '5', value: 5 },
    { kind: 'a literal of a union', schema: z.union([z.literal(false), z.literal(30)]), text: '30', value: 30 },
    { kind: 'a list', schema: z.array(z.string()), text: 'a, b,,c', value: ['a', 'b', 'c'] },
    { kind: 'a list of numbers', schema: z.array(z.number()), text: '1, 2', value: [1, 2] },
    {
      kind: 'a list of numbers or booleans',
      schema: z.array(z.union([z.number(), z.boolean()])),
      text: '1, yes',
      value: [1, true],
    },
    { kind: 'a number or a list', schema: z.union([z.number(), z.array(z.string())]), text: 'a,b', value: ['a', 'b'] },
  ])('becomes $kind where the schema asks for it', async ({ schema, text, value }) => {
    const { parsed, configuration } = await typed(z.object({ text: schema }), { text });

    expect(parsed.data).toEqual({ text: value });
    expect(configuration['text']).toEqual(value);
  });

  it.each<[string, z.ZodType]>([
    ['for text', z.string()],
    ['for text or a number', z.union([z.number(), z.string()])],
    ['to coerce it', z.coerce.number().transform(String)],
  ])('stays where the schema asks %s', async (_, schema) => {
    const { parsed } = await typed(z.object({ text: schema }), { text: '20' });

    expect(parsed.data).toEqual({ text: '20' });
  });

  it.each(['many', '', '0x10', 'NaN', 'Infinity'])('that is no number is refused: "%s"', async (text) => {
    const { parsed } = await typed(z.object({ text: z.number() }), { text });

    expect(parsed.error?.issues).toMatchObject([{ path: ['text'], expected: 'number' }]);
  });

  it('of a source with types is not touched', async () => {
    const { parsed } = await typed(z.object({ yaml: z.number() }), { yaml: '20' });

    expect(parsed.success).toBe(false);
  });

  it('within maps, and beside what can not be mended, becomes what is asked for', async () => {
    const schema = z.object({ text: z.object({ a: z.number(), b: z.number() }) });

    const { configuration } = await typed(schema, { text: { a: '1', b: 'x' } });

    expect(configuration).toEqual({ text: { a: 1, b: 'x' } });
  });
});
