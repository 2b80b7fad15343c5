import { createHash, randomBytes } from 'node:crypto';

import type { Manifest } from './manifest.ts';
import type { Overlay } from './overlays.ts';

/** Bits of a token are eight times that. */
const TOKEN_BYTES = 24;

/**
 * Who calls the control APIs, for which services in which environments. The operators' token is in no pod, and good for the
 * layers that all environments share.
 */
const callersIn = (environment: string) => [
  { name: 'operator', role: 'admin', services: ['*'], environments: ['*'] },
  { name: 'gateway', role: 'reader', services: ['*'], environments: [environment] },
  { name: 'shop', role: 'service', services: ['web', 'orders', 'products'], environments: [environment] },
];

/**
 * The Secrets that the manifests refer to, with new tokens: the servers get their digests, each caller its own. They are made
 * here and never stand in a file: what they are given to is the only place that has them.
 */
export function newSecrets({ name: environment, namespace }: Pick<Overlay, 'name' | 'namespace'>): Manifest[] {
  const callers = callersIn(environment).map((caller) => ({
    ...caller,
    token: randomBytes(TOKEN_BYTES).toString('hex'),
  }));
  const digests = callers.map(({ token, ...caller }) => ({
    ...caller,
    sha256: createHash('sha256').update(token).digest('hex'),
  }));
  const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'Opaque',
    stringData,
  });
  return [
    secret('server-tokens', { 'tokens.json': JSON.stringify(digests) }),
    ...callers.map(({ name, token }) => secret(`${name}-token`, { token })),
  ];
}
