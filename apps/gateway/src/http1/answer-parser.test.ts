import { describe, expect, it } from 'vitest';

import { parse, type ParsedAnswer } from '../../test/parsed-answer.ts';
import { type Asked, MAX_INFORMATIONAL } from './answer-parser.ts';
import { MAX_FIELDS } from './field-lines.ts';
import { MAX_HEAD_BYTES } from './head-reader.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const HEAD = { method: 'HEAD', isUpgrade: false };
const UPGRADE = { method: 'GET', isUpgrade: true };

/** Cut once, at every place; and byte by byte. */
function cutsOf(answer: string): readonly (readonly string[])[] {
  const once = Array.from({ length: answer.length - 1 }, (_, i) => [answer.slice(0, i + 1), answer.slice(i + 1)]);
  return [...once, answer.split('')];
}

/** The same however it is cut; where it is refused, the part that was told of before may differ. */
function parseAnyhow(answer: string, asked?: Asked): ParsedAnswer {
  const whole = parse([answer], asked);
  for (const pieces of cutsOf(answer)) {
    const cut = parse(pieces, asked);
    if (['closed', 'framing', 'size', 'syntax'].includes(whole.end)) {
      expect([pieces, cut.end]).toEqual([pieces, whole.end]);
    } else {
      expect(cut).toEqual(whole);
    }
  }
  return whole;
}

describe('an answer, however it is cut,', () => {
  it.each([
    ['of a length', `${OK}Content-Length: 5\r\n\r\nhello`, 'hello'],
    ['of no length', `${OK}Content-Length: 0\r\n\r\n`, ''],
    ['until the connection ends', `${OK}\r\nhello`, 'hello'],
    ['in HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', 'hello'],
    ['without a reason', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok', 'ok'],
    ['without a reason and the space before it', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', 'ok'],
    ['in chunks', `${CHUNKED}5\r\nhello\r\nB\r\n, you there\r\n0\r\n\r\n`, 'hello, you there'],
    ['in chunks with extensions', `${CHUNKED}2;a;b=c ; d="e\\"; f"\r\nok\r\n0;last\r\n\r\n`, 'ok'],
    ['in chunks with line ends in them', `${CHUNKED}4\r\n\r\n\r\n\r\n0\r\n\r\n`, '\r\n\r\n'],
    ['in chunks with trailers', `${CHUNKED}2\r\nok\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n`, 'ok'],
    ['in chunks of leading zeros', `${CHUNKED}0002\r\nok\r\n000\r\n\r\n`, 'ok'],
    ['with a coding in other letters', `${OK}transfer-encoding: CHUNKED\r\n\r\n2\r\nok\r\n0\r\n\r\n`, 'ok'],
  ])('is read whole: %s', (_what, answer, content) => {
    expect(parseAnyhow(answer)).toMatchObject({ end: 'whole', status: 200, content, rest: 0 });
  });

  it.each([
    ['HEAD', `${OK}Content-Length: 5\r\n\r\n`, HEAD],
    ['HEAD, with a coding', CHUNKED, HEAD],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ])('has no content, whatever its head says: %s', (_what, answer, asked?: Asked) => {
    expect(parseAnyhow(`${answer}later`, asked)).toMatchObject({ end: 'whole', content: '', rest: 5 });
  });

  it.each([
    ['a length', `${OK}Content-Length: 2\r\n\r\nok`],
    ['chunks', `${CHUNKED}2\r\nok\r\n0\r\n\r\n`],
  ])('leaves alone what comes after its end: %s', (_what, answer) => {
    expect(parseAnyhow(`${answer}HTTP/1.1 200 OK\r\n`)).toMatchObject({ end: 'whole', content: 'ok', rest: 17 });
  });

  it('keeps names, values and their order, without the whitespace around values', () => {
    const answer = `${OK}X-ONE:1\r\nSet-Cookie: \t a=b \t\r\nset-cookie: c=\xe4 d\r\nEmpty:\r\nContent-Length: 0\r\n\r\n`;

    expect(parseAnyhow(answer).fields).toEqual([
      ...['X-ONE', '1', 'Set-Cookie', 'a=b', 'set-cookie', 'c=\xe4 d', 'Empty', ''],
      ...['Content-Length', '0'],
    ]);
  });

  it('comes after the informational ones', () => {
    const answer = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 0\r\n\r\n`;

    expect(parseAnyhow(answer)).toMatchObject({ informed: [100, 103], status: 200, end: 'whole' });
  });

  it('switches protocols where that was asked for, and what follows is not read', () => {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello';

    expect(parseAnyhow(answer, UPGRADE)).toMatchObject({ end: 'switched', rest: 5 });
    expect(parseAnyhow(answer)).toMatchObject({ end: 'framing' });
  });

  it.each([
    ['nothing', ''],
    ['a part of a head', `${OK}Content-Le`],
    ['a part of a length', `${OK}Content-Length: 5\r\n\r\nhell`],
    ['chunks without the last', `${CHUNKED}5\r\nhello\r\n`],
    ['chunks without the last empty line', `${CHUNKED}5\r\nhello\r\n0\r\n`],
    ['informational answers only', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('is not whole: %s', (_what, answer) => {
    expect(parseAnyhow(answer)).toMatchObject({ end: 'closed' });
  });

  it.each([
    ['a length and a coding', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a coding and a length', `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ['the same length twice', `${OK}Content-Length: 5\r\ncontent-length: 5\r\n\r\n`],
    ['a list of lengths', `${OK}Content-Length: 5, 5\r\n\r\n`],
    ['a signed length', `${OK}Content-Length: +5\r\n\r\n`],
    ['a negative length', `${OK}Content-Length: -1\r\n\r\n`],
    ['a hexadecimal length', `${OK}Content-Length: 0x5\r\n\r\n`],
    ['a length with a separator', `${OK}Content-Length: 5_0\r\n\r\n`],
    ['a length with a space in it', `${OK}Content-Length: 5 0\r\n\r\n`],
    ['an empty length', `${OK}Content-Length:\r\n\r\n`],
    ['a length beyond what can be counted', `${OK}Content-Length: 99999999999999999999\r\n\r\n`],
    ['another coding', `${OK}Transfer-Encoding: gzip\r\n\r\n`],
    ['two codings', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['chunked twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['an empty coding', `${OK}Transfer-Encoding:\r\n\r\n`],
    ['an empty element among codings', `${OK}Transfer-Encoding: ,chunked\r\n\r\n`],
    ['a coding with a parameter', `${OK}Transfer-Encoding: chunked;a=b\r\n\r\n`],
    ['a coding in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['both, although there is no content', 'HTTP/1.1 304 X\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('is refused for its framing: %s', (_what, answer) => {
    expect(parseAnyhow(answer)).toMatchObject({ end: 'framing', status: 0 });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a TLS alert', '\x15\x03\x03\x00\x02\x02\x46'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['HTTP/0.9', 'hello'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n'],
    ['lower case', 'http/1.1 200 OK\r\n\r\n'],
    ['an empty line before it', `\r\n${OK}\r\n`],
    ['a line feed before it', `\n${OK}\r\n`],
    ['a space before it', ` ${OK}\r\n`],
    ['two spaces', 'HTTP/1.1  200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a reason with a control character', 'HTTP/1.1 200 O\x01K\r\n\r\n'],
    ['a bare carriage return in the reason', 'HTTP/1.1 200 O\rK\r\n\r\n'],
    ['a status line ended by a line feed', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
    ['a field ended by a line feed', `${OK}A: b\nContent-Length: 0\r\n\r\n`],
    ['a head ended by line feeds', `${OK}A: b\n\n`],
    ['a head ended by a bare carriage return', `${OK}A: b\r\n\r\r\n\r\n`],
    ['a bare carriage return in a value', `${OK}A: b\rSet-Cookie: c\r\n\r\n`],
    ['a null character in a value', `${OK}A: b\0c\r\n\r\n`],
    ['a null character in a name', `${OK}A\0: b\r\n\r\n`],
    ['a control character in a value', `${OK}A: b\x01\r\n\r\n`],
    ['a delete character in a value', `${OK}A: b\x7f\r\n\r\n`],
    ['a folded line', `${OK}A: b\r\n c\r\n\r\n`],
    ['a folded line by a tab', `${OK}A: b\r\n\tc\r\n\r\n`],
    ['a folded line first', `${OK} A: b\r\n\r\n`],
    ['a space before the colon', `${OK}Content-Length : 5\r\n\r\n`],
    ['a tab before the colon', `${OK}Content-Length\t: 5\r\n\r\n`],
    ['no colon', `${OK}Content-Length 5\r\n\r\n`],
    ['no name', `${OK}: b\r\n\r\n`],
    ['a name that is no token', `${OK}A B: c\r\n\r\n`],
    ['a name beyond ASCII', `${OK}\xc4: b\r\n\r\n`],
    ['a name in brackets', `${OK}[A]: b\r\n\r\n`],
  ])('is refused for its head: %s', (_what, answer) => {
    expect(parseAnyhow(answer)).toMatchObject({ end: 'syntax', status: 0 });
  });

  it.each([
    ['no size', '\r\nok\r\n0\r\n\r\n'],
    ['a size that is no number', 'g\r\nok\r\n0\r\n\r\n'],
    ['a signed size', '+2\r\nok\r\n0\r\n\r\n'],
    ['a size with a prefix', '0x2\r\nok\r\n0\r\n\r\n'],
    ['a space before the size', ' 2\r\nok\r\n0\r\n\r\n'],
    ['a space after the size', '2 \r\nok\r\n0\r\n\r\n'],
    ['a size beyond what can be counted', 'fffffffffffffff0\r\nok\r\n0\r\n\r\n'],
    ['a size ended by a line feed', '2\nok\r\n0\r\n\r\n'],
    ['a bare carriage return in an extension', '2;a\rb\r\nok\r\n0\r\n\r\n'],
    ['a line feed in an extension', '2;a\nb\r\nok\r\n0\r\n\r\n'],
    ['a null character in an extension', '2;a=\0\r\nok\r\n0\r\n\r\n'],
    ['a quotation that does not end', '2;a="b\r\nok\r\n0\r\n\r\n'],
    ['an extension without a name', '2;\r\nok\r\n0\r\n\r\n'],
    ['content longer than its size', '2\r\nokay\r\n0\r\n\r\n'],
    ['content ended by a line feed', '2\r\nok\n0\r\n\r\n'],
    ['content without a line end', '2\r\nok0\r\n\r\n'],
    ['a trailer that is none', '0\r\nnonsense\r\n\r\n'],
    ['a folded trailer', '0\r\nA: b\r\n c\r\n\r\n'],
    ['a trailer ended by a line feed', '0\r\nA: b\n\r\n'],
    ['an end of line feeds', '0\n\n'],
  ])('is refused for its chunks: %s', (_what, body) => {
    expect(parseAnyhow(`${CHUNKED}${body}`)).toMatchObject({ end: 'syntax', status: 200 });
  });
});

describe('the bounds of an answer', () => {
  const filledTo = (bytes: number) => `${OK}A: ${'a'.repeat(bytes - OK.length - 7)}\r\n\r\n`;
  const informational = (count: number) => 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(count);
  const fields = (count: number) => `${OK}${'A: b\r\n'.repeat(count)}\r\n`;
  const extension = (bytes: number) => `1;${'a'.repeat(bytes - 4)}\r\nx\r\n`;
  const LAST = '0\r\n\r\n';

  it.each([
    ['a head', filledTo(MAX_HEAD_BYTES), filledTo(MAX_HEAD_BYTES + 1)],
    ['fields', fields(MAX_FIELDS), fields(MAX_FIELDS + 1)],
    ['informational answers', `${informational(MAX_INFORMATIONAL)}${fields(0)}`, informational(MAX_INFORMATIONAL + 1)],
    ['a line with a size', `${CHUNKED}${extension(1_024)}${LAST}`, `${CHUNKED}${extension(1_025)}${LAST}`],
    [
      'extensions',
      `${CHUNKED}${extension(1_000).repeat(16)}${LAST}`,
      `${CHUNKED}${extension(1_000).repeat(17)}${LAST}`,
    ],
    ['trailers', `${CHUNKED}0\r\n${'A: b\r\n'.repeat(1_000)}\r\n`, `${CHUNKED}0\r\n${'A: b\r\n'.repeat(1_001)}\r\n`],
    [
      'trailer bytes',
      `${CHUNKED}0\r\nA: ${'a'.repeat(16_000)}\r\n\r\n`,
      `${CHUNKED}0\r\nA: ${'a'.repeat(16_400)}\r\n\r\n`,
    ],
  ])('hold for %s, in one piece and byte by byte', (_what, within, beyond) => {
    expect([parse([within]).end, parse(within.split('')).end]).toEqual(['whole', 'whole']);
    expect([parse([beyond]).end, parse(beyond.split('')).end]).toEqual(['size', 'size']);
  });

  it('hold for what never ends', () => {
    const garbage = 'a'.repeat(65_536);

    expect(parse([`${OK}A: `, garbage]).end).toBe('size');
    expect(parse([CHUNKED, garbage]).end).toBe('size');
    expect(parse([CHUNKED, '1\r\nx', garbage]).end).toBe('size');
    expect(parse([CHUNKED, '0\r\nA: ', garbage]).end).toBe('size');
  });
});
