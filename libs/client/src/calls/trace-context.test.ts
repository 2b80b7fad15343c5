import { describe, expect, it } from 'vitest';

import { withTraceContext } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const nobody = () => undefined;

const sent = (given: Record<string, string>) => Object.fromEntries(withTraceContext(new Headers(given), nobody));

describe('withTraceContext', () => {
  it('sends a child of the parent, another one each time, and its tracestate as it is', () => {
    const given = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1,b=2' };

    const children = [sent(given), sent(given)];

    const spans = children.map(({ traceparent = '' }) => {
      expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
      return traceparent.split('-')[2];
    });
    expect(new Set([...spans, SPAN]).size).toBe(3);
    expect(children.map(({ tracestate }) => tracestate)).toEqual(['a=1,b=2', 'a=1,b=2']);
  });

  it.each([
    ['not sampled', '00', '00'],
    ['sampled and random', '03', '03'],
    ['with flags that nobody knows', 'fd', '01'],
  ])('keeps the sampling of the parent: %s', (_, flags, expected) => {
    expect(sent({ traceparent: `00-${TRACE}-${SPAN}-${flags}` })['traceparent']?.slice(-2)).toBe(expected);
  });

  it('takes of a later version what this one knows', () => {
    expect(sent({ traceparent: `cc-${TRACE}-${SPAN}-01-what-else` })['traceparent']).toMatch(
      new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`),
    );
  });

  it.each([
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])('takes "%s" out with its tracestate', (traceparent) => {
    expect(sent({ traceparent, tracestate: 'a=1', other: 'stays' })).toEqual({ other: 'stays' });
  });

  it('begins no trace, and says nothing of a state without a trace', () => {
    expect(sent({ tracestate: 'a=1' })).toEqual({});
  });

  it('sends what the tracer writes as it is, and leaves what was given untouched', () => {
    const given = new Headers({ traceparent: `00-${TRACE}-${SPAN}-01` });

    const headers = withTraceContext(given, (carrier) => {
      carrier.set('traceparent', `00-${TRACE}-${'1'.repeat(16)}-00`);
    });

    expect(headers.get('traceparent')).toBe(`00-${TRACE}-${'1'.repeat(16)}-00`);
    expect(given.get('traceparent')).toBe(`00-${TRACE}-${SPAN}-01`);
  });
});
