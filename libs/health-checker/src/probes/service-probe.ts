import type { DependencyCheck } from '../dependency.ts';

import { httpProbe, type HttpProbeOptions } from './http-probe.ts';

const TIMEOUT_MS = 10_000;

/** A check of another service by its `GET {url}/health`, which may take 10 s unless `timeoutMs` says otherwise. Throws as `httpProbe` does. */
export function serviceProbe({ url, ...options }: HttpProbeOptions): DependencyCheck {
  const probe = httpProbe({ ...options, url: `${url.replace(/\/+$/, '')}/health` });
  return Object.assign((signal: AbortSignal) => probe(signal), { timeoutMs: TIMEOUT_MS });
}
