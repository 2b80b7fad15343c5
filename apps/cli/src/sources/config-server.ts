import * as z from 'zod';

import type { Pair } from '@signalbox/layering';

import { Problem } from '@signalbox/schemas';

import { FailedError } from '../errors.ts';

export interface ServerOptions {
  readonly url: URL;
  readonly token?: string;
  /** Branch, tag or commit. @default the server's own */
  readonly label?: string;
}

const TIMEOUT_MS = 10_000;
/** As much as the placeholders of a configuration may expand to, four bytes a character. */
const MAX_ANSWER_BYTES = 16_777_216;

const WithClosest = z.looseObject({ closest: z.array(z.string()).default([]) });

/**
 * The effective configuration of a pair in dotenv format. Redirects are not followed: the token is for this server alone.
 *
 * Throws a FailedError that says why there is none.
 */
export async function fetchDotenv(
  { service, environment }: Pair,
  { url, token, label }: ServerOptions,
): Promise<string> {
  const address = new URL(`config/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`, withSlash(url));
  address.searchParams.set('format', 'dotenv');
  if (label !== undefined) {
    address.searchParams.set('label', label);
  }
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(address, { headers, signal, redirect: 'error' });
    const body = await readBounded(response);
    if (!response.ok) {
      throw new FailedError(`${url.origin} answered ${response.status}: ${detailOf(body)}`);
    }
    return body;
  } catch (error) {
    throw error instanceof FailedError ? error : new FailedError(`${url.origin}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The path of a server behind a prefix is kept. */
function withSlash(url: URL): URL {
  return new URL(url.href.replace(/\/*$/, '/'));
}

async function readBounded({ body, url }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> | null = body;
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new FailedError(`${url} answered more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function detailOf(body: string): string {
  const problem = Problem.safeParse(parsed(body));
  if (!problem.success) {
    return 'not as a config-server does';
  }
  const { closest } = WithClosest.parse(problem.data);
  return `${problem.data.detail}${closest.length === 0 ? '' : `: is it ${closest.join(' or ')}`}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no problem document, which is said
  }
}

/** What fetch throws says why in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
