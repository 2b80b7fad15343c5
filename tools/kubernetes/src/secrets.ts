import { createHash, randomBytes } from 'node:crypto';

import type { Manifest } from './manifest.ts';

/** Bits of a token are eight times that. */
const TOKEN_BYTES = 24;

/** Who calls the control APIs, and as what; the operators' token is in no pod. */
const CALLERS = [
  { name: 'operator', role: 'admin', secret: 'operator-token' },
  { name: 'gateway', role: 'reader', secret: 'gateway-token' },
  { name: 'shop', role: 'service', secret: 'shop-token' },
] as const;

/**
 * The Secrets that the manifests refer to, with new tokens: the servers get their digests, each caller its own. They are made
 * here and never stand in a file: what they are given to is the only place that has them.
 */
export function newSecrets(namespace: string): Manifest[] {
  const callers = CALLERS.map((caller) => ({ ...caller, token: randomBytes(TOKEN_BYTES).toString('hex') }));
  const digests = callers.map(({ name, role, token }) => ({
    name,
    role,
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
    ...callers.map(({ secret: name, token }) => secret(name, { token })),
  ];
}
