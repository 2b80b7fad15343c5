import * as z from 'zod';

import { EnvironmentName } from '../names.ts';
import { Scheme } from './instance.ts';

const MAX_TAGS = 64;
const MAX_META = 64;
const MAX_TEXT = 512;
const MAX_CHECKS = 8;
/** What the probe can ask for, in one byte of length. */
const MAX_GRPC_SERVICE = 127;
const GRPC_SERVICE = new RegExp(`^[\\x21-\\x7e]{0,${MAX_GRPC_SERVICE}}$`);
const MAX_WEIGHT = 65_535;
/** A shorter lease would be mostly renewals; a longer one keeps the dead listed for days. */
const TTL_MS = { min: 1_000, max: 86_400_000 };
const INTERVAL_MS = { min: 100, max: 3_600_000 };
const MAX_THRESHOLD = 100;

const text = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .regex(/^\P{Cc}+$/u, 'must not contain control characters');

/** An IPv4 or IPv6 address without brackets, or a host name (RFC 1123 section 2.1). */
const address = z.union(
  [
    z.ipv4(),
    z.ipv6(),
    z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$/),
  ],
  'must be an IP address or a host name',
);

const schedule = {
  name: text.max(64).optional(),
  intervalMs: z.int().min(INTERVAL_MS.min).max(INTERVAL_MS.max).default(10_000),
  timeoutMs: z.int().min(INTERVAL_MS.min).max(60_000).default(2_000),
  successThreshold: z.int().min(1).max(MAX_THRESHOLD).default(1).describe('passes in a row until it counts as passing'),
  failureThreshold: z
    .int()
    .min(1)
    .max(MAX_THRESHOLD)
    .default(3)
    .describe('failures in a row until it counts as failing'),
};

/** A check that the registry runs against the instance's own address and port. One that asks for more than is known would vouch for less. */
export const CheckDefinition = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('http'),
    path: z
      .string()
      .max(2_048)
      .regex(/^\/[^\s#]*$/, 'must be a path that begins with a slash'),
    ...schedule,
  }),
  z.strictObject({ type: z.literal('tcp'), ...schedule }),
  z.strictObject({
    type: z.literal('grpc'),
    service: z
      .string()
      .regex(GRPC_SERVICE, `must have at most ${MAX_GRPC_SERVICE} printable ASCII characters, and no space`)
      .default('')
      .describe('whose health is asked for by the gRPC health checking protocol; empty for the server as a whole'),
    tls: z
      .boolean()
      .default(false)
      .describe("whether to connect over TLS, with the authorities of the registry's system"),
    ...schedule,
  }),
]);
export type CheckDefinition = z.infer<typeof CheckDefinition>;

/**
 * The body of `PUT /api/v1/services/{service}/instances/{id}`. A field that is not known is left out rather than refused: an instance
 * whose client is newer than the registry is found all the same.
 */
export const RegisterRequest = z
  .object({
    address,
    port: z.int().min(1).max(65_535),
    environment: EnvironmentName.default('default'),
    scheme: Scheme.default('http'),
    tags: z.array(text).max(MAX_TAGS).default([]),
    meta: z
      .record(z.string().min(1).max(128), z.string().max(MAX_TEXT))
      .refine((meta) => Object.keys(meta).length <= MAX_META, `must not have more than ${MAX_META} entries`)
      .default({}),
    weight: z.int().min(0).max(MAX_WEIGHT).default(1),
    region: text.optional(),
    zone: text.optional(),
    version: text.optional(),
    configurationVersion: text.optional(),
    ttlMs: z
      .int()
      .min(TTL_MS.min)
      .max(TTL_MS.max)
      .nullable()
      .default(30_000)
      .describe('lease in milliseconds; null for none, where a check speaks for the instance'),
    checks: z.array(CheckDefinition).max(MAX_CHECKS).default([]),
  })
  .refine(({ ttlMs, checks }) => ttlMs !== null || checks.length > 0, {
    message: 'without a lease at least one check must speak for the instance',
    path: ['ttlMs'],
  });
export type RegisterRequest = z.infer<typeof RegisterRequest>;
/** What a client writes: fields with a default may be left out. */
export type RegisterRequestInput = z.input<typeof RegisterRequest>;
