import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';

import type { Probe, ProbeResult } from './probe.ts';

import { requireOptions, requireType, shown } from '../validation.ts';
import { failureOf } from './failure.ts';
import { requireLookup } from './lookup.ts';
import { http, loadHttps } from './node-http.ts';
import { parseTargetUrl } from './target-url.ts';

export interface HttpProbeOptions {
  /** http or https; credentials in it are sent, and left out of every output. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: string | undefined;
  /** @default none but what Node sends */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Statuses that pass, one at least: integers from 100 to 599. @default any from 200 to 299; a redirect is not followed and fails */
  readonly expectedStatuses?: readonly number[] | undefined;
  /** Resolves the host, for callers that must know where a connection goes. @default the system's resolver */
  readonly lookup?: LookupFunction | undefined;
}

/** What a method is made of (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
/** RFC 9110, section 15. */
const STATUSES = { min: 100, max: 599 };

/**
 * A probe that asks once over a connection of its own. The body is not read. Throws a TypeError for what is no http(s) URL, method or
 * header and no such option, and a RangeError for statuses that no answer has.
 */
export function httpProbe(options: HttpProbeOptions): Probe {
  requireOptions('httpProbe', options, ['url', 'method', 'headers', 'expectedStatuses', 'lookup']);
  const url = parseTargetUrl(options.url, { probe: 'httpProbe', schemes: ['http', 'https'] });
  const { request: send } = url.protocol === 'http:' ? http : loadHttps();
  const { method = 'GET', headers = {}, expectedStatuses, lookup } = options;
  requireSendable(method, headers);
  requireStatuses(expectedStatuses);
  requireLookup('httpProbe', lookup);
  return async (signal) => {
    try {
      const request = send(url, { method, headers, signal, agent: false, ...(lookup && { lookup }) });
      return verdict(await answerTo(request), expectedStatuses);
    } catch (error) {
      return failureOf(error, signal);
    }
  };
}

/** Quotes no value of a header: it may be a credential. */
function requireSendable(method: string, headers: Readonly<Record<string, string>>): void {
  requireType('httpProbe method', method, 'string');
  requireType('httpProbe headers', headers, 'object');
  if (!TOKEN.test(method)) {
    throw new TypeError(`httpProbe method: must be a token such as GET, not "${method}"`);
  }
  for (const [name, value] of Object.entries(headers)) {
    try {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, value);
    } catch (error) {
      throw new TypeError(`httpProbe headers: must be such as can be sent, not that of "${name}"`, { cause: error });
    }
  }
}

/** None at all would fail whatever the answer. */
function requireStatuses(statuses: readonly number[] = [STATUSES.min]): void {
  if (!Array.isArray(statuses)) {
    throw new TypeError(`httpProbe expectedStatuses: must be an array, not ${shown(statuses)}`);
  }
  const isStatus = (status: number) => Number.isInteger(status) && status >= STATUSES.min && status <= STATUSES.max;
  if (statuses.length === 0 || !statuses.every(isStatus)) {
    const { min, max } = STATUSES;
    throw new RangeError(
      `httpProbe expectedStatuses: must be integers from ${min} to ${max}, one at least, not [${statuses.join(', ')}]`,
    );
  }
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
