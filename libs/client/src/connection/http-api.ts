import type { Clock } from '@signalbox/clock';

import { Problem } from '@signalbox/schemas';

import { DeadlineExceededError, RefusedError, UnexpectedAnswerError, UnreachableError } from '../errors.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { requireSecretText, requireTime } from './option-checks.ts';

/** Far more than any answer is; an endless one would fill the memory until the timeout. */
const MAX_ANSWER_BYTES = 16 * 1_024 * 1_024;

export interface HttpApiOptions {
  readonly server: URL;
  readonly token: string | undefined;
  readonly clock: Clock;
  /** From 1 to 2147483647. */
  readonly timeoutMs: number;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to the server's address, its parts already encoded. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How much longer than others it may take, as the server waits before it answers. @default 0 */
  readonly waitMs?: number;
}

export interface ApiAnswer {
  readonly url: string;
  readonly headers: Headers;
  /** Parsed JSON; undefined where the answer has no body, as a 304 has none. */
  readonly body: unknown;
}

/** JSON over HTTP to one server: bearer token, a timeout for each request, failures as errors of this library. */
export class HttpApi {
  readonly #options: HttpApiOptions;

  /** Throws a TypeError, which does not show it, for a token that can't stand in a header; a RangeError for a wrong timeout. */
  constructor(options: HttpApiOptions) {
    requireTime('requestTimeoutMs', options.timeoutMs, { from: 1 });
    if (options.token !== undefined) {
      requireToken(options.token);
    }
    this.#options = options;
  }

  /** Rejects with UnreachableError, RefusedError or UnexpectedAnswerError; with the signal's reason when it is aborted. */
  async request(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> {
    const { server, clock, timeoutMs } = this.#options;
    const url = new URL(request.path, server).href;
    using deadline = startDeadline(clock, timeoutMs + (request.waitMs ?? 0), signal);
    const response = await this.#send(url, request, deadline);
    const isNotModified = response.status === 304;
    if (response.status >= 300 && response.status <= 399 && !isNotModified) {
      await response.body?.cancel();
      throw new UnexpectedAnswerError(url, `a redirect (${response.status}), which is not followed`);
    }
    const text = await reached(url, deadline, textOf(url, response));
    if (!response.ok && !isNotModified) {
      throw new RefusedError(url, response.status, problemIn(text));
    }
    return { url, headers: response.headers, body: text === '' ? undefined : parseJson(url, text) };
  }

  async #send(url: string, { method, body, headers: further }: ApiRequest, deadline: Deadline): Promise<Response> {
    const headers = new Headers({ accept: 'application/json', ...further });
    if (this.#options.token !== undefined) {
      headers.set('authorization', `Bearer ${this.#options.token}`);
    }
    if (body !== undefined) {
      headers.set('content-type', 'application/json');
    }
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return reached(
      url,
      deadline,
      fetch(url, { method, headers, signal: deadline.signal, redirect: 'manual', ...content }),
    );
  }
}

function requireToken(token: string): void {
  requireSecretText('token', token);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new TypeError('token: must be visible ASCII characters, without spaces or line breaks');
  }
}

async function reached<T>(url: string, deadline: Deadline, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reason: unknown = deadline.signal.reason;
    if (deadline.signal.aborted && !(reason instanceof DeadlineExceededError)) {
      throw reason;
    }
    throw error instanceof UnexpectedAnswerError ? error : new UnreachableError(url, error);
  }
}

async function textOf(url: string, { body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = body ?? [];
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new UnexpectedAnswerError(url, `longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnexpectedAnswerError(url, error);
  }
}

/** A proxy in between may answer in its own words: then there is nothing but the status code. */
function problemIn(text: string): { readonly code?: string; readonly detail?: string } {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
