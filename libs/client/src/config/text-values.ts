/** What settings of text call true and false, in any case. */
const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Undefined for a text that is none; so of the other functions here. */
export function toBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) {
    return true;
  }
  return FALSE.has(word) ? false : undefined;
}

/** Decimal and finite. */
export function toNumber(text: string): number | undefined {
  const number = NUMBER.test(text.trim()) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** Whole, and exact: not beyond 2^53. */
export function toInteger(text: string): number | undefined {
  const number = /^[-+]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Trimmed; empty ones are dropped. */
export function toItems(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
