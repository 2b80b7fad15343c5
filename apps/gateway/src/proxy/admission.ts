import type { Verdict } from '../filters/jwt-filter.ts';
import type { GatewayProblem, ProblemCode } from './problems.ts';
import type { RequestHead } from './request-head.ts';
import type { ServedRoute } from './served-route.ts';

import { type RefusalReason, REFUSALS } from '../filters/refusal.ts';

const NO_FIELDS: readonly string[] = [];

/**
 * Lets a request pass its route's filters and gives it the fields of the gateway's own; a problem says why it is not sent on. Answers at
 * once where nothing has to be verified; a promise never rejects.
 */
export function admit(
  route: ServedRoute,
  head: RequestHead,
): GatewayProblem | Promise<GatewayProblem | undefined> | undefined {
  const verdict = route.jwt === undefined ? NO_FIELDS : route.jwt.check(head.fields);
  return verdict instanceof Promise ? verdict.then((late) => settle(route, head, late)) : settle(route, head, verdict);
}

function settle({ jwt, ownFields }: ServedRoute, head: RequestHead, verdict: Verdict): GatewayProblem | undefined {
  if (typeof verdict === 'string') {
    return toProblem(verdict, jwt?.provider ?? '');
  }
  if (ownFields !== undefined) {
    head.claim(ownFields, verdict);
  }
  return undefined;
}

const CODES: Partial<Record<RefusalReason, ProblemCode>> = {
  'no-keys': 'gateway/no-keys',
  missing: 'gateway/token-missing',
  repeated: 'gateway/ambiguous-credentials',
};

/** Errors as RFC 6750 section 3.1 has them; who presents nothing is told none, and keys that can't be had are not the client's fault. */
function toProblem(reason: RefusalReason, realm: string): GatewayProblem {
  const code = CODES[reason] ?? 'gateway/token-refused';
  const detail = REFUSALS[reason];
  switch (code) {
    case 'gateway/no-keys':
      return { code, detail };
    case 'gateway/token-missing':
      return { code, detail, challenge: `Bearer realm="${realm}"` };
    default: {
      const error = code === 'gateway/token-refused' ? 'invalid_token' : 'invalid_request';
      return { code, detail, challenge: `Bearer realm="${realm}", error="${error}", error_description="${detail}"` };
    }
  }
}
