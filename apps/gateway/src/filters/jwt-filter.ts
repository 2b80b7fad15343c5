import type { JWTPayload } from 'jose';

import type { JwtProvider } from '@signalbox/schemas';

import type { KeySet } from './key-set.ts';
import type { RefusalReason } from './refusal.ts';
import type { RemoteKeys } from './remote-keys.ts';
import type { TokenOutcomes } from './token-outcomes.ts';

import { readBearerToken } from './bearer-token.ts';
import { toClaimFields } from './claim-fields.ts';
import { TokenMemory, type TokenMemoryOptions } from './token-memory.ts';

/** The fields that say who the client is, names and values in turn; or why its request is not sent on. */
export type Verdict = readonly string[] | RefusalReason;

export interface JwtFilterOptions extends TokenMemoryOptions {
  readonly keys: RemoteKeys;
  readonly outcomes: TokenOutcomes;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** By which clocks may differ (RFC 7519 section 4.1.4: "usually no more than a few minutes"). */
const CLOCK_SKEW_S = 60;

/** Checks requests for a token of one provider. */
export class JwtFilter {
  readonly provider: string;
  readonly definition: JwtProvider;
  readonly keys: RemoteKeys;
  readonly #outcomes: TokenOutcomes;
  readonly #now: () => number;
  readonly #memory: TokenMemory;

  constructor(provider: string, definition: JwtProvider, { keys, outcomes, now, ...memory }: JwtFilterOptions) {
    this.provider = provider;
    this.definition = definition;
    this.keys = keys;
    this.#outcomes = outcomes;
    this.#now = now;
    this.#memory = new TokenMemory(memory);
  }

  /**
   * Whether a request with these fields, names and values in turn, may go on. Answers at once for a token that was verified before, and
   * where there is nothing to be verified; a promise never rejects.
   */
  check(fields: readonly string[]): Promise<Verdict> | Verdict {
    const bearer = readBearerToken(fields);
    if (typeof bearer === 'string') {
      return this.#outcomes.count(bearer);
    }
    const keys = this.keys.current;
    if (keys === undefined) {
      return this.#outcomes.count('no-keys');
    }
    const remembered = this.#memory.find(bearer.token, { keys, nowMs: this.#now() });
    if (remembered === undefined) {
      return this.#verify(bearer.token, keys);
    }
    this.#outcomes.count('remembered');
    return remembered;
  }

  async #verify(token: string, keys: KeySet): Promise<Verdict> {
    let verdict = await this.#verifyBy(keys, token);
    if (verdict === 'unknown-key') {
      const others = await this.keys.otherThan(keys);
      verdict = others === undefined ? verdict : await this.#verifyBy(others, token);
    }
    this.#outcomes.count(typeof verdict === 'string' ? verdict : 'verified');
    return verdict;
  }

  async #verifyBy(keys: KeySet, token: string): Promise<Verdict> {
    const { issuer, audiences, claimToHeaders } = this.definition;
    let claims: JWTPayload;
    try {
      claims = await keys.verify(token, {
        issuer,
        audience: [...audiences],
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(this.#now()),
      });
    } catch (error) {
      return reasonOf(error as JoseError);
    }
    const fields = toClaimFields(claims, claimToHeaders);
    if (fields === undefined) {
      return 'unusable-claim';
    }
    const { exp = 0 } = claims; // required above
    this.#memory.remember(token, { fields, expiresAtMs: (exp + CLOCK_SKEW_S) * 1_000 }, keys);
    return fields;
  }
}

const BY_CLAIM: Readonly<Record<string, RefusalReason>> = { iss: 'issuer', aud: 'audience', nbf: 'not-yet-valid' };

const BY_CODE: Readonly<Record<string, RefusalReason>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown-key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'unnamed-key',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'algorithm',
};

/** What all errors of jose have, and those about a claim; another has neither. */
interface JoseError {
  readonly code?: string;
  readonly claim?: string;
}

/** Whatever went wrong, the token is not verified: what is not known here counts as malformed. */
function reasonOf({ code = '', claim = '' }: JoseError): RefusalReason {
  const known = code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? BY_CLAIM[claim] : BY_CODE[code];
  return known ?? 'malformed';
}
