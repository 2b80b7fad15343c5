import type { GatewayConfiguration } from '@signalbox/schemas';

import { isGatewaysField } from '../proxy/request-fields.ts';

/** What can't be served, and why; the value itself is not repeated. */
export interface JwtProblem {
  readonly path: readonly (number | string)[];
  readonly reason: string;
}

/** What keeps routes from asking for tokens as they say; none when all can. */
export function checkJwt({ routes, jwtProviders }: GatewayConfiguration): readonly JwtProblem[] {
  const claimed = new Set<string>();
  const problems = Object.entries(jwtProviders).flatMap(([provider, { claimToHeaders }]) =>
    headerProblems(claimToHeaders, claimed).map(({ path, reason }) => ({
      path: ['jwtProviders', provider, 'claimToHeaders', ...path],
      reason,
    })),
  );
  for (const [route, { jwt, matches }] of Object.entries(routes)) {
    if (jwt !== undefined && !Object.hasOwn(jwtProviders, jwt.provider)) {
      problems.push({ path: ['routes', route, 'jwt', 'provider'], reason: 'is none of jwtProviders' });
    }
    for (const [match, { headers }] of matches.entries()) {
      const at = headers.findIndex(({ name }) => claimed.has(name.toLowerCase()));
      if (at !== -1) {
        const path = ['routes', route, 'matches', match, 'headers', at, 'name'];
        problems.push({ path, reason: 'is set from a token after the route was chosen, and by no client' });
      }
    }
  }
  return problems;
}

type ClaimToHeaders = GatewayConfiguration['jwtProviders'][string]['claimToHeaders'];

/** Adds what is set to `claimed`, in lower case. */
function headerProblems(claimToHeaders: ClaimToHeaders, claimed: Set<string>): JwtProblem[] {
  const own = new Set<string>();
  return claimToHeaders.flatMap(({ header }, i) => {
    const name = header.toLowerCase();
    const isTwice = own.has(name);
    own.add(name);
    claimed.add(name);
    if (isTwice) {
      return [{ path: [i, 'header'], reason: 'is set from another claim already' }];
    }
    return name === 'authorization' || isGatewaysField(name)
      ? [{ path: [i, 'header'], reason: 'is a field that the gateway itself reads or writes' }]
      : [];
  });
}
