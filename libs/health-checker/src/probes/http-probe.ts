import type { LookupFunction } from 'node:net';

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

import type { Probe, ProbeResult } from './probe.ts';

import { failureOf } from './failure.ts';
import { parseTargetUrl } from './target-url.ts';

export interface HttpProbeOptions {
  /** http or https; credentials in it are sent, and left out of every output. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that pass. @default any from 200 to 299; a redirect is not followed and fails */
  readonly expectedStatuses?: readonly number[];
  /** Resolves the host, for callers that must know where a connection goes. @default the system's resolver */
  readonly lookup?: LookupFunction;
}

/** A probe that asks once over a connection of its own. The body is not read. Throws a TypeError for what is no http(s) URL. */
export function httpProbe(options: HttpProbeOptions): Probe {
  const url = parseTargetUrl(options.url, { probe: 'httpProbe', schemes: ['http', 'https'] });
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const { method = 'GET', headers = {}, lookup } = options;
  return async (signal) => {
    try {
      const request = send(url, { method, headers, signal, agent: false, ...(lookup && { lookup }) });
      return verdict(await answerTo(request), options.expectedStatuses);
    } catch (error) {
      return failureOf(error, signal);
    }
  };
}

async function answerTo(request: ClientRequest): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve).on('error', reject).end();
  const { statusCode = 0 } = await promise;
  request.on('error', () => undefined); // what happens to the connection after the status is of no interest
  request.destroy();
  return statusCode;
}

function verdict(statusCode: number, expected: readonly number[] | undefined): ProbeResult {
  const passes = expected === undefined ? statusCode >= 200 && statusCode <= 299 : expected.includes(statusCode);
  const output = `HTTP ${statusCode}`;
  return passes ? { status: 'pass', output } : { status: 'fail', output };
}
