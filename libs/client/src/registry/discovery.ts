import { EnvironmentName, type Instance, InstanceListResponse, ServiceName } from '@signalbox/schemas';

import type { HttpApi } from '../connection/http-api.ts';

import {
  type NamesOf,
  requireNames,
  requireTexts,
  requireType,
  requireTypeOrNone,
} from '../connection/option-checks.ts';
import { requireName } from '../connection/option-names.ts';
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

const NAMES: NamesOf<DiscoverOptions> = {
  tags: true,
  meta: true,
  healthy: true,
  environment: true,
  zone: true,
  version: true,
  required: true,
};

type Filter = DiscoverOptions & { readonly environment: string };

/** Throws a RangeError or TypeError that names what can't be asked for. How many tags there may be is the registry's to say. */
export function requireDiscoverable(service: string, filter: Filter): void {
  requireNames('discover', filter, NAMES);
  requireName('service', service, ServiceName);
  requireName('environment', filter.environment, EnvironmentName);
  const { tags = [], meta = {}, healthy, required, zone, version } = filter;
  requireTexts('tags', tags);
  requireType('meta', meta, 'object');
  Object.entries(meta).forEach(([key, value]) => {
    requireType(`meta.${key}`, value, 'string');
  });
  requireTypeOrNone('healthy', healthy, 'boolean');
  requireTypeOrNone('required', required, 'boolean');
  requireTypeOrNone('zone', zone, 'string');
  requireTypeOrNone('version', version, 'string');
}

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
