import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';

import { SettingsError } from '../errors.ts';
import { type Identity, ROLES } from './permissions.ts';

const MAX_TOKENS = 10_000;
const glob = z.string().min(1).max(128);

const TokensFile = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(128),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be 64 lower case hex digits')
        .refine((digest) => digest !== digestOf(''), 'is the digest of no token at all'),
      role: z.enum(ROLES),
      services: z.array(glob).max(1_000).default(['*']),
      environments: z.array(glob).max(1_000).default(['*']),
    }),
  )
  .max(MAX_TOKENS)
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [at, { sha256 }] of entries.entries()) {
      if (seen.has(sha256)) {
        context.addIssue({ code: 'custom', message: 'is the digest of another entry too', path: [at, 'sha256'] });
      }
      seen.add(sha256);
    }
  });

/** Identities by the SHA-256 of their token: a look-up by digest tells a guesser nothing through its timing. */
export type Tokens = ReadonlyMap<string, Identity>;

/** Reads a tokens file. Throws a SettingsError that names the file and the entry, never a digest. */
export function readTokens(file: string): Tokens {
  const parsed = TokensFile.safeParse(readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? '(root)' : issue.path.join('.');
    throw new SettingsError(`tokens file ${file}: ${place}: ${issue?.message ?? ''}`);
  }
  return new Map(parsed.data.map(({ sha256, ...identity }) => [sha256, identity]));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : (error as Error).message; // fs throws nothing else
    throw new SettingsError(`tokens file ${file}: ${reason}`, { cause: error });
  }
}

export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
