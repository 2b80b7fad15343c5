import type { Endpoint, LoadBalancer } from './load-balancer.ts';

interface Account {
  /** What the credit was gained with. */
  weight: number;
  credit: number;
}

/**
 * Chooses in proportion to weight, and spreads an endpoint's turns evenly: weights 5, 1, 1 give a a b a c a a, never a a a a a b c.
 * This is nginx's smooth weighted round robin (ngx_http_upstream_round_robin.c): at each choice every candidate gains its weight, the
 * richest is chosen and pays the sum of them. An endpoint whose weight changes begins anew.
 */
export function weightedRoundRobin(): LoadBalancer {
  const accounts = new Map<string, Account>();
  return {
    choose(endpoints, excluded) {
      forgetTheGone(accounts, endpoints);
      return choose(accounts, endpoints, excluded);
    },
  };
}

function choose<E extends Endpoint>(
  accounts: Map<string, Account>,
  endpoints: readonly E[],
  excluded: ReadonlySet<string> | undefined,
): E | undefined {
  const allAreZero = endpoints.every(({ id, weight }) => weight === 0 || excluded?.has(id) === true);
  let richest: E | undefined;
  let most: Account | undefined;
  let sum = 0;
  for (const endpoint of endpoints) {
    const weight = allAreZero ? 1 : endpoint.weight;
    if (weight === 0 || excluded?.has(endpoint.id) === true) {
      continue;
    }
    const account = accountOf(accounts, endpoint.id, weight);
    account.credit += weight;
    sum += weight;
    if (most === undefined || account.credit > most.credit) {
      richest = endpoint;
      most = account;
    }
  }
  if (most !== undefined) {
    most.credit -= sum;
  }
  return richest;
}

/** Credit gained with another weight is void: after 900000 became 9, it would decide the next hundred thousand choices. */
function accountOf(accounts: Map<string, Account>, id: string, weight: number): Account {
  const known = accounts.get(id);
  if (known?.weight === weight) {
    return known;
  }
  const account = { weight, credit: 0 };
  accounts.set(id, account);
  return account;
}

/** Accounts of endpoints that are gone are dropped once there are more of them than of endpoints: bounded, and rarely swept. */
function forgetTheGone(accounts: Map<string, Account>, endpoints: readonly Endpoint[]): void {
  if (accounts.size <= 2 * endpoints.length) {
    return;
  }
  const present = new Set(endpoints.map(({ id }) => id));
  for (const id of accounts.keys()) {
    if (!present.has(id)) {
      accounts.delete(id);
    }
  }
}
