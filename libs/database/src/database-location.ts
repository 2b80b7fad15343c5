import * as z from 'zod';

import { explainFailure } from './errors.ts';

/** Where a database is: a file of SQLite's, or a Postgres server. */
export type DatabaseLocation =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

/** `SIGNALBOX_DATABASE_URL`. What is refused is not repeated: it may hold a password. */
export const databaseUrlSetting = z
  .string()
  .refine(
    isPostgresUrl,
    'must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters of the password percent-encoded',
  )
  .describe('a Postgres database instead of the embedded one');

/** For the operator: one line with the reason and its causes, without user and password. */
export function describeFailure(location: DatabaseLocation, error: unknown): string {
  return `the database ${describeLocation(location)} can not be used: ${explainFailure(error)}`;
}

function describeLocation(location: DatabaseLocation): string {
  if (location.kind === 'sqlite') {
    return location.file;
  }
  const { host, pathname } = new URL(location.url);
  return `postgres://${host}${pathname}`;
}

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '' && url.pathname.length > 1;
}
