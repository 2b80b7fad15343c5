import type { Duplex } from 'node:stream';

/**
 * What undici's dispatchers, of its releases 7 and 8, say to each other (docs/docs/api/Dispatcher.md there). Written down
 * here so that an application without undici needs none for its types either.
 */
export interface DispatchController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  readonly rawHeaders?: unknown;
  readonly rawTrailers?: unknown;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

export type DispatchedFields = Readonly<Record<string, string | string[] | undefined>>;

/** Told of one request, in this order; either of the last two is told once, and nothing after it. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void;
  onRequestUpgrade?(
    controller: DispatchController,
    statusCode: number,
    ...upgraded: [headers: DispatchedFields, socket: Duplex]
  ): void;
  /** Also of statuses below 200, any number of times. */
  onResponseStart?(
    controller: DispatchController,
    statusCode: number,
    ...head: [headers: DispatchedFields, statusMessage?: string]
  ): void;
  onResponseData?(controller: DispatchController, chunk: Buffer): void;
  onResponseEnd?(controller: DispatchController, trailers: DispatchedFields): void;
  onResponseError?(controller: DispatchController | null, error: Error): void;
  onResponseStarted?(): void;
  onBodySent?(chunk: Buffer): void;
  onRequestSent?(): void;
}

export interface DispatchOptions {
  readonly origin?: string | URL;
  readonly method: string;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly upgrade?: unknown;
}

export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean;

/** A function of undici's own types: they differ from release to release. */
type ForeignDispatch = (options: never, handler: never) => boolean;

/** What `agent.compose` takes. */
export type Interceptor = <D extends ForeignDispatch>(dispatch: D) => D;

/** An Agent, Pool or other dispatcher of undici. */
export interface ComposableDispatcher {
  compose(interceptor: Interceptor): unknown;
}

type FieldPair = readonly [name: string, value: string | readonly string[] | undefined];

/** The fields of a request in any of the forms that undici takes: names and values in a row, pairs, or an object. */
export function toHeaders(fields: unknown): Headers {
  const headers = new Headers();
  for (const [name, value = []] of toPairs(fields)) {
    const values = typeof value === 'string' ? [value] : value;
    values.forEach((one) => {
      headers.append(name, one);
    });
  }
  return headers;
}

function toPairs(fields: unknown): Iterable<FieldPair> {
  if (typeof fields !== 'object' || fields === null) {
    return [];
  }
  if (Array.isArray(fields) && !Array.isArray(fields[0])) {
    const inARow = fields as string[]; // undici takes no other arrays
    return inARow.flatMap((name, at) => (at % 2 === 0 ? [[name, inARow[at + 1]] as const] : []));
  }
  return Symbol.iterator in fields
    ? (fields as Iterable<FieldPair>) // undici takes no other iterables
    : Object.entries(fields as Record<string, FieldPair[1]>); // nor other objects
}
