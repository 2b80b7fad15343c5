import { EndpointLoad, type LoadBalancer, type MeasuredEndpoint } from '../src/index.ts';

/** An endpoint that any policy can choose. */
export function endpoint(id: string, more: Partial<MeasuredEndpoint> = {}): MeasuredEndpoint {
  return { id, weight: 1, load: new EndpointLoad({ now: () => 0 }), ...more };
}

/** Endpoints by id, with their weights. */
export function weighted(weights: Readonly<Record<string, number>>): MeasuredEndpoint[] {
  return Object.entries(weights).map(([id, weight]) => endpoint(id, { weight }));
}

/** Endpoints of equal weight: e1, e2 … */
export function equals(count: number): MeasuredEndpoint[] {
  return Array.from({ length: count }, (_, i) => endpoint(`e${i + 1}`));
}

/** Ids of choices one after another, each over before the next begins. A key of its own for each. */
export function chosen(
  balancer: LoadBalancer<MeasuredEndpoint>,
  endpoints: readonly MeasuredEndpoint[],
  times: number,
): string[] {
  return Array.from({ length: times }, (_, i) => balancer.choose(endpoints, undefined, `key ${i}`)?.id ?? '-');
}

/** How often each id occurs. */
export function counts(ids: readonly string[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const id of ids) {
    tally[id] = (tally[id] ?? 0) + 1;
  }
  return tally;
}
