import { MAX_DEPTH } from '../documents/limits.ts';

/** A text with placeholders in it, taken apart. */
export type Template = readonly Part[];

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly key: string; readonly fallback?: Template }
  | { readonly kind: 'too deep' };

const START = '${';
const SECRET = '${secret:';
const KEY = /(?:\["(?:[^"\\]|\\.)*"\]|[^:"[\]{}])*/y;

export function mayHoldPlaceholder(text: string): boolean {
  return text.includes(START);
}

/**
 * `${key}` and `${key:fallback}`, whose fallback is a template again; `\${` is a plain `${`. References to secrets, and
 * a `${` without its end, are text.
 */
export function parseTemplate(text: string): Template {
  const closing = matchBraces(text);
  return parseRange({ text, closing, depth: 0 }, 0, text.length);
}

interface Source {
  readonly text: string;
  /** Offset of each closing brace by that of its opening one, found at once: to look for each would be quadratic. */
  readonly closing: ReadonlyMap<number, number>;
  /** Of fallbacks in fallbacks. */
  readonly depth: number;
}

function parseRange(source: Source, start: number, end: number): Template {
  const { text, closing } = source;
  const parts: Part[] = [];
  let textStart = start;
  let from = start;
  for (let at = text.indexOf(START, from); at !== -1 && at < end; at = text.indexOf(START, from)) {
    const close = closing.get(at + 1);
    from = at + START.length;
    if (close === undefined) {
      continue;
    }
    if (text.startsWith(SECRET, at)) {
      from = close + 1;
      continue;
    }
    const isEscaped = at > textStart && text[at - 1] === '\\';
    parts.push({ kind: 'text', text: text.slice(textStart, isEscaped ? at - 1 : at) });
    textStart = at;
    if (!isEscaped) {
      parts.push(parsePlaceholder(source, from, close));
      from = close + 1;
      textStart = from;
    }
  }
  parts.push({ kind: 'text', text: text.slice(textStart, end) });
  return parts.filter((part) => part.kind !== 'text' || part.text !== '');
}

function parsePlaceholder(source: Source, start: number, close: number): Part {
  const { text, depth } = source;
  if (depth === MAX_DEPTH) {
    return { kind: 'too deep' };
  }
  KEY.lastIndex = start;
  KEY.test(text);
  const keyEnd = KEY.lastIndex;
  if (text[keyEnd] !== ':') {
    return { kind: 'placeholder', key: text.slice(start, close) };
  }
  const fallback = parseRange({ ...source, depth: depth + 1 }, keyEnd + 1, close);
  return { kind: 'placeholder', key: text.slice(start, keyEnd), fallback };
}

function matchBraces(text: string): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const { index, 0: brace } of text.matchAll(/[{}]/g)) {
    if (brace === '{') {
      open.push(index);
      continue;
    }
    const start = open.pop();
    if (start !== undefined) {
      closing.set(start, index);
    }
  }
  return closing;
}
