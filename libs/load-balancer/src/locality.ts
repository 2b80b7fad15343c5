import type { Endpoint } from './endpoint.ts';

import { requireNumber, requireOptions, requireType } from './validation.ts';

export interface LocalityOptions {
  /** Where the calls come from. */
  readonly zone: string;
  /** Where given, an endpoint of the same zone but another region is far away. */
  readonly region?: string | undefined;
  /**
   * How much more than their part the endpoints of a zone can take: from 1 to 100. @default 1.4, as Envoy has it: a zone keeps all calls
   * while 72 % of it are available
   */
  readonly overprovisioning?: number | undefined;
}

/** How near an endpoint is, the nearest first: the same zone, the same region, anywhere. */
export const LEVELS = 3;

/** Throws a RangeError or TypeError for an option that can't be. */
export function requireLocality(locality: LocalityOptions): void {
  requireType('LoadBalancer locality', locality, 'object');
  requireOptions('LoadBalancer locality', locality, ['zone', 'region', 'overprovisioning']);
  const { zone, region, overprovisioning } = locality;
  requireType('LoadBalancer locality.zone', zone, 'string');
  if (region !== undefined) {
    requireType('LoadBalancer locality.region', region, 'string');
  }
  if (overprovisioning !== undefined) {
    requireNumber('LoadBalancer locality.overprovisioning', overprovisioning, { from: 1, to: 100 });
  }
}

/** An endpoint that does not say where it is is anywhere. */
export function levelOf(endpoint: Endpoint, locality: LocalityOptions | undefined): number {
  if (locality === undefined) {
    return 0;
  }
  const isInRegion = locality.region !== undefined && endpoint.region === locality.region;
  const mayBeInRegion = locality.region === undefined || endpoint.region === undefined || isInRegion;
  if (mayBeInRegion && endpoint.zone === locality.zone) {
    return 0;
  }
  return isInRegion ? 1 : 2;
}
