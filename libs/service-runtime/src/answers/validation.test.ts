import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';

import { validatorCompiler } from './validation.ts';

function aValidator(httpPart: 'body' | 'params' | 'querystring') {
  const parsed = vi.fn((text: string) => text.toUpperCase());
  const schema = z.object({
    service: z
      .string()
      .max(300)
      .regex(/^[^!]*$/)
      .transform(parsed),
    environment: z.union([z.string(), z.array(z.string())]).optional(),
  });
  return { parsed, validate: validatorCompiler({ schema, method: 'GET', url: '/', httpPart }) };
}

describe('validatorCompiler', () => {
  it('parses the same path once', () => {
    const { parsed, validate } = aValidator('params');

    expect(validate({ service: 'orders' })).toEqual({ value: { service: 'ORDERS' } });
    expect(validate({ service: 'orders' })).toEqual({ value: { service: 'ORDERS' } });
    expect(parsed).toHaveBeenCalledOnce();
  });

  it('tells fields apart whose values look alike together', () => {
    const { validate } = aValidator('params');

    expect(validate({ service: 'a', environment: 'b' })).toEqual({ value: { service: 'A', environment: 'b' } });
    expect(validate({ service: 'a\nb' })).toEqual({ value: { service: 'A\nB' } });
    expect(validate({ service: 'b', environment: 'a' })).toEqual({ value: { service: 'B', environment: 'a' } });
    expect(validate({ environment: 'a', service: 'b' })).toEqual({ value: { service: 'B', environment: 'a' } });
    expect(validate({ service: 'a' })).toEqual({ value: { service: 'A' } });
  });

  it('parses a field that is given twice each time', () => {
    const { parsed, validate } = aValidator('querystring');

    validate({ service: 'orders', environment: ['a', 'b'] });
    expect(validate({ service: 'orders', environment: ['a', 'b'] })).toMatchObject({
      value: { environment: ['a', 'b'] },
    });
    expect(parsed).toHaveBeenCalledTimes(2);
  });

  it('looks at what is invalid each time', () => {
    const { validate } = aValidator('params');

    expect(validate({ service: '!' })).toHaveProperty('error');
    expect(validate({ service: '!' })).toHaveProperty('error');
  });

  it('remembers neither long values nor bodies', () => {
    for (const { parsed, validate } of [aValidator('params'), aValidator('body')]) {
      const service = 'o'.repeat(257);
      validate({ service });
      validate({ service });

      expect(parsed).toHaveBeenCalledTimes(2);
    }
  });

  it('hands out what no handler can change for the next', () => {
    const { validate } = aValidator('params');
    const first = validate({ service: 'orders' }) as { value: { service: string } };

    expect(() => (first.value.service = 'products')).toThrow(TypeError);
    expect(validate({ service: 'orders' })).toEqual({ value: { service: 'ORDERS' } });
  });

  it('starts anew rather than to grow with every name that strangers think of', () => {
    const { parsed, validate } = aValidator('params');
    for (let i = 0; i <= 1_024; i++) {
      validate({ service: `s${i}` });
    }
    validate({ service: 's0' });

    expect(parsed).toHaveBeenCalledTimes(1_026);
  });
});
