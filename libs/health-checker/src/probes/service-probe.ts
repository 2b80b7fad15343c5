import type { DependencyCheck } from '../dependency.ts';

import { requireType } from '../validation.ts';
import { httpProbe, type HttpProbeOptions } from './http-probe.ts';
import { parseTargetUrl } from './target-url.ts';

const TIMEOUT_MS = 10_000;

/**
 * A check of another service by its `GET {url}/health`, which may take 10 s unless `timeoutMs` says otherwise. A query stays where it is.
 * Throws as `httpProbe` does.
 */
export function serviceProbe(options: HttpProbeOptions): DependencyCheck {
  requireType('serviceProbe options', options, 'object');
  const url = parseTargetUrl(options.url, { probe: 'serviceProbe', schemes: ['http', 'https'] });
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/health`;
  const probe = httpProbe({ ...options, url: url.href });
  return Object.assign((signal: AbortSignal) => probe(signal), { timeoutMs: TIMEOUT_MS });
}
