import { seededRandom } from '@signalbox/testkit';

/** What a seed makes of an answer. */
export interface RandomAnswer {
  readonly text: string;
  /** What of it is refused here although other clients may take it; undefined where both must agree. */
  readonly refusedHere: string | undefined;
}

type Choice = readonly [text: string, refusedHere?: string | undefined];

const STATUS_LINES: readonly Choice[] = [
  ...Array<Choice>(24).fill(['HTTP/1.1 200 OK']),
  ['HTTP/1.1 404 '],
  ['HTTP/1.1 503 Service \xe4'],
  ['HTTP/1.0 200 OK'],
  ['HTTP/1.1 204 No Content'],
  ['HTTP/1.1 304 Not Modified'],
  ['HTTP/1.1 20 OK'],
  ['HTTP/1.1 2000 OK'],
  ['HTTP/3.0 200 OK'],
  ['HTP/1.1 200 OK'],
  ['HTTP/2.0 200 OK', 'HTTP/2.0 in the letters of HTTP/1'],
  ['HTTP/0.9 200 OK', 'HTTP/0.9 in the letters of HTTP/1'],
];

const FIELDS: readonly Choice[] = [
  ...Array<Choice>(30).fill(['X-Plain: value']),
  ['Set-Cookie: a=b; Path=/'],
  ['x-empty:'],
  ['X-Space:  \t padded \t'],
  ['X-Latin: \xe4\xff'],
  ['Connection: keep-alive, X-Plain'],
  ['X Space: a'],
  ['X-Null: a\0b'],
  ['X-Control: a\x01b'],
  ['X-Return: a\rb'],
  ['X-Colon : a'],
  ['no colon'],
  [': no name'],
  ['X-Folded: a\r\n b', 'a folded line'],
];

const SIZES: readonly ((size: number) => Choice)[] = [
  ...Array<(size: number) => Choice>(20).fill((size) => [size.toString(16)]),
  (size) => [size.toString(16).toUpperCase().padStart(4, '0')],
  (size) => [`${size.toString(16)};name=value`],
  (size) => [`${size.toString(16)};name="a b"`],
  (size) => [`0x${size.toString(16)}`],
  (size) => [`${size.toString(16)} `],
  (size) => [(size + 1).toString(16)],
  (size) => [`${size.toString(16)};a\rb`],
];

const CONTENTS = ['', 'a', 'hello', 'line\r\nend\r\n', '0\r\n\r\n', 'x'.repeat(300), '\0\xff'] as const;
const LINE_ENDS: readonly Choice[] = [...Array<Choice>(120).fill(['\r\n']), ['\n', 'a bare line feed'], ['\r']];

/** An answer by the grammar of HTTP/1.1, of which now and then a part is not. Nothing comes after its end. */
export function randomAnswer(seed: number): RandomAnswer {
  const random = seededRandom(seed);
  const refused: string[] = [];
  const pick = <T>(from: readonly T[]): T => {
    const picked = from[Math.floor(random() * from.length)];
    if (picked === undefined) {
      throw new RangeError('nothing to pick from');
    }
    return picked;
  };
  const take = ([text, refusedHere]: Choice): string => {
    if (refusedHere !== undefined) {
      refused.push(refusedHere);
    }
    return text;
  };
  const line = (choice: Choice): string => `${take(choice)}${take(pick(LINE_ENDS))}`;
  const status = pick(STATUS_LINES);
  const isBodiless = /204|304/.test(status[0]);
  const content = isBodiless ? '' : pick(CONTENTS);
  const chunks = () => {
    const pieces = content === '' ? [] : [content.slice(0, 3), content.slice(3)].filter((piece) => piece !== '');
    const trailers = random() < 0.2 ? line(['X-Trailer: a']) : '';
    return [
      ...pieces.map((piece) => `${line(pick(SIZES)(piece.length))}${piece}${take(pick(LINE_ENDS))}`),
      `${line(['0'])}${trailers}${take(pick(LINE_ENDS))}`,
    ].join('');
  };
  const plain = () => content;
  const length = (text: string | number) => line([`Content-Length: ${text}`]);
  const coding = (text: string, refusedHere?: string) => line([`Transfer-Encoding: ${text}`, refusedHere]);
  const framings: readonly (() => readonly [fields: string, body: () => string])[] = [
    ...Array<() => readonly [string, () => string]>(8).fill(() => [length(content.length), plain]),
    ...Array<() => readonly [string, () => string]>(8).fill(() => [coding('chunked'), chunks]),
    () => ['', plain],
    () => [length(content.length + 1), plain],
    () => [length(content.length) + length(7), plain],
    () => [length(`+${content.length}`), plain],
    () => [length(content.length) + coding('chunked'), chunks],
    () => [coding('gzip, chunked', 'another transfer coding'), chunks],
    () => [coding('chunked, gzip', 'another transfer coding'), plain],
  ];
  const informational = random() < 0.2 ? 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' : '';
  const start = line(status);
  const fields = Array.from({ length: Math.floor(random() * 5) }, () => line(pick(FIELDS))).join('');
  const [framing, body] = pick(framings)();
  if (status[0].startsWith('HTTP/1.0') && framing.startsWith('Transfer-Encoding')) {
    refused.push('a transfer coding in HTTP/1.0');
  }
  const text = `${informational}${start}${fields}${framing}${take(pick(LINE_ENDS))}${isBodiless ? '' : body()}`;
  return { text, refusedHere: refused[0] };
}
