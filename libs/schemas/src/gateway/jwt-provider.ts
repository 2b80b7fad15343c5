import * as z from 'zod';

import { Duration } from '../duration.ts';
import { ServiceName } from '../names.ts';
import { NormalPath } from './normal-path.ts';

const MAX_AUDIENCES = 16;
const MAX_CLAIMS = 16;
const DAY_MS = 86_400_000;

/** Stands in metric labels, and quoted in a header field. */
export const JwtProviderName = z
  .string()
  .max(63)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    'must be named by letters, digits, dots, dashes and underscores',
  );

/** An authority without credentials, then a path, a query, or nothing; no fragment. */
const KEYS_URI = /^https?:\/\/[^\s/?#@\\]+(?:[/?][^\s#]*)?$/;

/** Where the public keys of a provider are (RFC 7517). */
const remoteJWKS = z
  .strictObject({
    backendRef: z.strictObject({ name: ServiceName }).optional().describe('a service of the registry'),
    path: NormalPath.optional().describe('at an instance of it; /.well-known/jwks.json when left out'),
    uri: z
      .string()
      .max(2_048)
      .regex(KEYS_URI, 'must be an http or https address, without credentials and fragment')
      .refine((uri) => URL.canParse(uri), 'must be an http or https address, without credentials and fragment')
      .optional()
      .describe('instead of a service; redirects are not followed'),
    cacheDuration: Duration.refine((ms) => ms >= 10_000 && ms <= DAY_MS, 'must be from 10s to 24h')
      .prefault('5m')
      .describe('after which they are fetched anew'),
  })
  .refine(({ backendRef, uri }) => (backendRef === undefined) !== (uri === undefined), {
    message: 'must have exactly one of backendRef, uri',
  })
  .refine(({ path, uri }) => path === undefined || uri === undefined, {
    path: ['path'],
    message: 'must not stand beside uri, which has its own',
  });

const claimToHeader = z.strictObject({
  claim: z.string().min(1).max(256).describe('of the first level; a text, a number or a boolean'),
  header: z
    .string()
    .max(64)
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'must be letters, digits and dashes, beginning with a letter'),
});

/** Whose tokens (RFC 7519) a route may ask for: the words are those of Envoy Gateway's SecurityPolicy. */
export const JwtProvider = z.strictObject({
  issuer: z.string().min(1).max(1_024).describe('exactly what the claim iss has to be'),
  audiences: z
    .array(z.string().min(1).max(1_024))
    .min(1)
    .max(MAX_AUDIENCES)
    .describe('of which the claim aud has to have one'),
  remoteJWKS,
  claimToHeaders: z
    .array(claimToHeader)
    .max(MAX_CLAIMS)
    .default([])
    .describe('fields that instances get of a verified token, and never of a client'),
});
export type JwtProvider = z.infer<typeof JwtProvider>;
