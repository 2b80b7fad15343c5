import { describe, expect, it } from 'vitest';

import { judgeError, judgeResponse } from './verdict.ts';

describe('judgeResponse', () => {
  it.each([429, 502, 503, 504])('asks for another attempt after %i', (status) => {
    expect(judgeResponse(new Response(null, { status }))).toBe('again');
  });

  it.each([new Response(null, { status: 200 }), new Response(null, { status: 500 }), 'no response'])(
    'is content with anything else',
    (result) => {
      expect(judgeResponse(result)).toBe('final');
    },
  );

  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', date: 'Sun, 06 Nov 1994 08:49:30 GMT' }, 7_000],
    [{ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 0],
  ])('waits for what the server asks, by the clock of the server: %j', (headers, againAfterMs) => {
    expect(judgeResponse(new Response(null, { status: 503, headers }))).toEqual({ againAfterMs });
  });
});

describe('judgeError', () => {
  it.each([
    [new Error('down'), 'again'],
    ['down', 'again'],
    [Object.assign(new Error('open'), { retryAfterMs: 5 }), { againAfterMs: 5 }],
    [Object.assign(new Error('isolated'), { retryAfterMs: Infinity }), { againAfterMs: Infinity }],
    [Object.assign(new Error('odd'), { retryAfterMs: NaN }), 'again'],
    [Object.assign(new Error('odd'), { retryAfterMs: '5' }), 'again'],
    [new DOMException('left', 'AbortError'), 'final'],
    [new DOMException('late', 'TimeoutError'), 'again'],
  ])('of %o is %j', (error, verdict) => {
    expect(judgeError(error)).toEqual(verdict);
  });
});
