import type { JwtProvider } from '@signalbox/schemas';

type ClaimToHeaders = JwtProvider['claimToHeaders'];

/** Of a claim's value in a field: the same claim may stand in several. */
const MAX_VALUE_LENGTH = 1_024;

/**
 * Printable ASCII that begins and ends with no space (RFC 9110 section 5.5). Fields are written in latin1: of a letter beyond it only the
 * lower byte would be left, which can be a line feed.
 */
const FIELD_VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * The fields that a verified token's claims are sent on in, names and values in turn; undefined where one of them can't be. A claim that
 * the token does not have makes none.
 */
export function toClaimFields(
  claims: Readonly<Record<string, unknown>>,
  claimToHeaders: ClaimToHeaders,
): readonly string[] | undefined {
  const fields: string[] = [];
  for (const { claim, header } of claimToHeaders) {
    if (Object.hasOwn(claims, claim)) {
      const value = toFieldValue(claims[claim]);
      if (value === undefined) {
        return undefined;
      }
      fields.push(header, value);
    }
  }
  return fields;
}

function toFieldValue(claim: unknown): string | undefined {
  if (typeof claim !== 'string' && typeof claim !== 'number' && typeof claim !== 'boolean') {
    return undefined;
  }
  const text = String(claim);
  return text.length <= MAX_VALUE_LENGTH && FIELD_VALUE.test(text) ? text : undefined;
}
