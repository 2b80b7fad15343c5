import type { JwtProvider } from '@signalbox/schemas';

import type { Upstream } from '../upstreams/upstream.ts';

import { KeysTimeoutError, KeysUnreachableError, UnusableKeysError } from './errors.ts';
import { requestKeys } from './key-request.ts';

export type RemoteJwks = JwtProvider['remoteJWKS'];

/** Asks once for the text of a key set; rejects where there is none to be had, or when the signal is aborted. */
export type KeySource = (signal: AbortSignal) => Promise<string>;

/** Where services are found. */
export interface Services {
  of(service: string): Upstream;
}

/** Where the OpenID Connect and OAuth servers that have a say in it put their keys. */
const USUAL_PATH = '/.well-known/jwks.json';

/** An address is asked as it is; of a service, any instance that takes requests, another at each time. */
export function toKeySource({ uri, backendRef, path = USUAL_PATH }: RemoteJwks, services: Services): KeySource {
  if (uri !== undefined) {
    return (signal) => requestKeys(new URL(uri), signal);
  }
  const service = backendRef?.name ?? '';
  return (signal) => requestOfService(services.of(service), { path, signal });
}

async function requestOfService(
  upstream: Upstream,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<string> {
  await settled(upstream.ready, signal);
  const acquired = upstream.acquire({ isGuarded: true });
  if (typeof acquired === 'string') {
    throw new KeysUnreachableError(`the service "${upstream.service}" has no instance that can be asked: ${acquired}`);
  }
  const { endpoint, permit } = acquired;
  try {
    const text = await requestKeys(new URL(path, endpoint.origin), signal);
    permit.succeeded();
    return text;
  } catch (error) {
    if (error instanceof UnusableKeysError) {
      permit.succeeded(); // it answers; that it has no keys says nothing of its other answers
    } else if (signal.aborted && !(signal.reason instanceof KeysTimeoutError)) {
      permit.cancelled();
    } else {
      permit.failed(error);
    }
    throw error;
  } finally {
    endpoint.release();
  }
}

async function settled(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    aborted.reject(signal.reason as Error); // an abort reason is typed any by the platform
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
