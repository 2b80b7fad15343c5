import type { HealthAnswer } from './health-checker.ts';

import { toHealthJson } from './health-json.ts';

/** A probe's answer as it goes over HTTP. */
export interface HealthHttpAnswer {
  readonly statusCode: 200 | 503;
  readonly headers: Readonly<Record<'cache-control' | 'content-type' | 'vary', string>>;
  readonly body: string;
}

const JSON_TYPE = 'application/json';
const HEALTH_JSON_TYPE = 'application/health+json';

/** As health+json where the Accept header names it and wants it at least as much as plain JSON. */
export function toHttpAnswer({ statusCode, body }: HealthAnswer, accept = ''): HealthHttpAnswer {
  const asHealthJson =
    wants(accept, HEALTH_JSON_TYPE) > 0 && wants(accept, HEALTH_JSON_TYPE) >= wants(accept, JSON_TYPE);
  return {
    statusCode,
    headers: {
      'cache-control': 'no-store',
      'content-type': `${asHealthJson ? HEALTH_JSON_TYPE : JSON_TYPE}; charset=utf-8`,
      vary: 'accept',
    },
    body: JSON.stringify(asHealthJson ? toHealthJson(body) : body),
  };
}

/** The weight that an Accept header gives to a type that it names (RFC 9110, section 12.5.1), from 0 to 1; 0 where it does not name it. */
function wants(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (name === type) {
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return weight === undefined ? 1 : Number(weight.slice('q='.length));
    }
  }
  return 0;
}
