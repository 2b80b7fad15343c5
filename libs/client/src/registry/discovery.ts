import { type Instance, InstanceListResponse } from '@signalbox/schemas';

import type { HttpApi } from '../connection/http-api.ts';

import { NoInstancesError } from '../errors.ts';
import { parseAnswer } from './registry-api.ts';

/** Which instances are asked for: those for which all holds. */
export interface DiscoverOptions {
  /** All of them; at most 64. @default none */
  readonly tags?: readonly string[];
  /** All of them, by exact value. @default none */
  readonly meta?: Readonly<Record<string, string>>;
  /** Only instances that requests may be sent to; false for all that are registered. @default true */
  readonly healthy?: boolean;
  /** @default the client's */
  readonly environment?: string;
  readonly zone?: string;
  readonly version?: string;
  /** Rejects with NoInstancesError where there is none. @default false */
  readonly required?: boolean;
}

export interface Discovery {
  readonly instances: readonly Instance[];
  /** Of the registry when the service last changed: grows with every change, and with each start of the registry. */
  readonly revision: number;
}

const DEFAULTS = { healthy: true, required: false } satisfies DiscoverOptions;

type Filter = DiscoverOptions & { readonly environment: string };

/** Asks the registry once. Throws NoInstancesError where one is required and there is none. */
export async function discover(
  api: HttpApi,
  { service, filter }: { readonly service: string; readonly filter: Filter },
  signal?: AbortSignal,
): Promise<Discovery> {
  const query = toQuery(filter);
  const path = `api/v1/services/${encodeURIComponent(service)}/instances?${query}`;
  const found = parseAnswer(InstanceListResponse, await api.request({ method: 'GET', path }, signal));
  const { required = DEFAULTS.required } = filter;
  if (required && found.instances.length === 0) {
    throw new NoInstancesError(service, `no instance of ${service} matches ${decodeURIComponent(query)}`);
  }
  return found;
}

/** In the words of the registry's HTTP API. */
function toQuery({ healthy = DEFAULTS.healthy, environment, tags = [], meta = {}, zone, version }: Filter): string {
  const one = Object.entries({ healthy: String(healthy), environment, zone, version });
  const terms = [
    ...one.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ...tags.map((tag) => ['tag', tag]),
    ...Object.entries(meta).map(([key, value]) => [`meta.${key}`, value]),
  ];
  return terms.map((term) => term.map(encodeURIComponent).join('=')).join('&');
}
