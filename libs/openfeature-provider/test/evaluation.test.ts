import { ErrorCode, StandardResolutionReasons as Reason } from '@openfeature/server-sdk';
import { describe, expect, it } from 'vitest';

import { connectedFlags, TOGGLE, withFlags } from './connected-flags.ts';

const FLAGS = {
  toggle: { ...TOGGLE, metadata: { team: 'checkout' } },
  colour: { state: 'ENABLED', variants: { red: '#f00', blue: '#00f' }, defaultVariant: 'blue' },
  limit: { state: 'ENABLED', variants: { low: 10, high: 1000 }, defaultVariant: 'high' },
  layout: { state: 'ENABLED', variants: { wide: { columns: 3 } }, defaultVariant: 'wide' },
  disabled: { ...TOGGLE, state: 'DISABLED' },
  undecided: { ...TOGGLE, defaultVariant: null },
  staff: { ...TOGGLE, targeting: { if: [{ ends_with: [{ var: 'email' }, '@shop.example'] }, 'on'] } },
  modern: { ...TOGGLE, targeting: { if: [{ sem_ver: [{ var: 'version' }, '>=', '2.1.0'] }, 'on'] } },
  half: { ...TOGGLE, targeting: { fractional: [['on', 50], ['off', 50]] } }, // prettier-ignore
  wrong: { ...TOGGLE, targeting: { if: [true, 'neither'] } },
};

describe('an evaluation', () => {
  it('answers each of the four types with its variant', async () => {
    await using flags = await connectedFlags(FLAGS);
    const { client } = flags;

    expect(await client.getBooleanDetails('toggle', true)).toMatchObject({ value: false, variant: 'off' });
    expect(await client.getStringDetails('colour', '')).toMatchObject({ value: '#00f', variant: 'blue' });
    expect(await client.getNumberDetails('limit', 0)).toMatchObject({ value: 1000, variant: 'high' });
    expect(await client.getObjectDetails('layout', {})).toMatchObject({ value: { columns: 3 }, variant: 'wide' });
  });

  it.each([
    {
      flag: 'toggle',
      context: {},
      expected: { value: false, reason: Reason.STATIC, flagMetadata: { team: 'checkout' } },
    },
    { flag: 'disabled', context: {}, expected: { value: true, reason: Reason.DISABLED } },
    { flag: 'undecided', context: {}, expected: { value: true, reason: Reason.DEFAULT } },
    { flag: 'staff', context: { email: 'a@shop.example' }, expected: { value: true, reason: Reason.TARGETING_MATCH } },
    { flag: 'staff', context: { email: 'a@b.example' }, expected: { value: false, reason: Reason.DEFAULT } },
    { flag: 'staff', context: {}, expected: { value: false, reason: Reason.DEFAULT } },
    { flag: 'modern', context: { version: '2.10.0' }, expected: { value: true, variant: 'on' } },
    { flag: 'modern', context: { version: '2.0.9' }, expected: { value: false, variant: 'off' } },
    { flag: 'wrong', context: {}, expected: { value: true, errorCode: ErrorCode.GENERAL, reason: Reason.ERROR } },
    {
      flag: 'colour',
      context: {},
      expected: { value: true, errorCode: ErrorCode.TYPE_MISMATCH, reason: Reason.ERROR },
    },
    {
      flag: 'nobody',
      context: {},
      expected: { value: true, errorCode: ErrorCode.FLAG_NOT_FOUND, reason: Reason.ERROR },
    },
  ])('of $flag for $context gives what flagd specifies', async ({ flag, context, expected }) => {
    await using flags = await connectedFlags(FLAGS);

    expect(await flags.client.getBooleanDetails(flag, true, context)).toMatchObject(expected);
  });

  it('by fractions gives the same caller the same variant, and each variant its share', async () => {
    await using flags = await connectedFlags(FLAGS);
    const ask = (targetingKey: string) => flags.client.getBooleanValue('half', false, { targetingKey });
    const callers = Array.from({ length: 2_000 }, (_, index) => `caller-${index}`);

    const answers = await Promise.all(callers.map(ask));

    expect(await Promise.all(callers.map(ask))).toEqual(answers);
    // Four standard deviations of a fair coin are 4 * sqrt(2000) / 2.
    expect(Math.abs(answers.filter(Boolean).length - 1_000)).toBeLessThan(90);
  });

  it('answers in the moment in which the configuration is another', async () => {
    await using flags = await connectedFlags({ toggle: TOGGLE });

    flags.config.change(withFlags({ toggle: { ...TOGGLE, defaultVariant: 'on' } }));

    expect(await flags.client.getBooleanValue('toggle', false)).toBe(true);
  });
});
