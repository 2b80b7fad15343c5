const SECONDS = /^\d+$/;
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850_DATE = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Milliseconds from `nowMs`, which counts from the Unix epoch, that a Retry-After header asks to wait: a number of seconds or a date in any
 * of HTTP's three forms (RFC 9110 sections 10.2.3 and 5.6.7). Zero for a date that has passed, Infinity for more seconds than a number holds;
 * undefined for anything else.
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  const text = value.trim();
  if (SECONDS.test(text)) {
    return Number(text) * 1_000;
  }
  const date = IMF_FIXDATE.test(text) || RFC_850_DATE.test(text) ? text : ASCTIME_DATE.test(text) ? `${text} GMT` : '';
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
