/** Why a request is not sent on, as its client may know it: nothing of a token's content is told. */
export const REFUSALS = {
  missing: 'a Bearer token is needed',
  repeated: 'there is more than one Authorization field',
  'too-large': 'the token is too large',
  malformed: 'the token is not a signed JWT with a time of expiry',
  algorithm: 'the token is signed with an algorithm that is not accepted',
  'unknown-key': 'the token is signed with a key that is not known',
  'unnamed-key': 'the token does not say which of several keys it is signed with',
  signature: 'the signature of the token is not valid',
  expired: 'the token is expired',
  'not-yet-valid': 'the token is not valid yet',
  issuer: 'the issuer of the token is not accepted',
  audience: 'the token is meant for another audience',
  'unusable-claim': 'a claim of the token can not stand in a header field',
  'no-keys': 'the keys that tokens are checked with can not be had at the moment',
} as const;

export type RefusalReason = keyof typeof REFUSALS;
