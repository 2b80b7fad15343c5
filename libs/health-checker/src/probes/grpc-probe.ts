import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import type { LookupFunction } from 'node:net';

import { isIPv6 } from 'node:net';

import type { Probe, ProbeResult } from './probe.ts';

import { requireOptions, requireType } from '../validation.ts';
import { failureOf } from './failure.ts';
import { requireHost } from './host.ts';
import { requireLookup } from './lookup.ts';
import { loadHttp2 } from './node-http.ts';
import { requirePort } from './port.ts';
import { untilAborted } from './until-aborted.ts';

export interface GrpcProbeOptions {
  readonly host: string;
  readonly port: number;
  /** Whose health is asked for: at most 127 bytes. @default '', the server as a whole */
  readonly service?: string | undefined;
  /** Whether to connect over TLS, with the system's authorities. @default false */
  readonly tls?: boolean | undefined;
  /** Resolves the host, for callers that must know where a connection goes. @default the system's resolver */
  readonly lookup?: LookupFunction | undefined;
}

const DEFAULTS = { service: '', tls: false } satisfies Partial<GrpcProbeOptions>;

/** grpc/health/v1/health.proto: the method, and the statuses by their number. */
const CHECK_METHOD = '/grpc.health.v1.Health/Check';
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Lengths up to here are a single byte on the wire. */
const MAX_SERVICE_BYTES = 127;

/** A message is preceded by a byte that says whether it is compressed, and its length in four (gRPC over HTTP/2, Length-Prefixed-Message). */
const PREFIX_BYTES = 5;

/** Some hundred times what the answer takes. */
const MAX_ANSWER_BYTES = 1_024;

/**
 * A probe that asks a server for its health by the gRPC health checking protocol, over a connection of its own that is gone when the probe
 * ends. Throws a TypeError for what is no host or no such option, a RangeError for what is no port and for a service whose name is too long.
 */
export function grpcProbe(options: GrpcProbeOptions): Probe {
  requireOptions('grpcProbe', options, ['host', 'port', 'service', 'tls', 'lookup']);
  const { host, port, lookup, service = DEFAULTS.service, tls = DEFAULTS.tls } = options;
  requireType('grpcProbe service', service, 'string');
  requireType('grpcProbe tls', tls, 'boolean');
  requireLookup('grpcProbe', lookup);
  requireHost('grpcProbe', host);
  requirePort('grpcProbe', port);
  const request = toRequest(service);
  const authority = `${tls ? 'https' : 'http'}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return async (signal) => {
    if (signal.aborted) {
      return failureOf(signal.reason, signal);
    }
    const session = loadHttp2().connect(authority, { ...(lookup && { lookup }) });
    try {
      return toVerdict(await untilAborted(exchange(session, request), signal));
    } catch (error) {
      return failureOf(error, signal);
    } finally {
      session.destroy();
    }
  };
}

/** A HealthCheckRequest: field 1, a string; left out where it is empty. */
function toRequest(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length > MAX_SERVICE_BYTES) {
    throw new RangeError(
      `grpcProbe service: must have at most ${MAX_SERVICE_BYTES} bytes, not ${name.length}: "${service}"`,
    );
  }
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
}

type Headers = IncomingHttpHeaders & IncomingHttpStatusHeader;

interface Answer {
  readonly headers: Headers;
  readonly body: Buffer;
}

async function exchange(session: ClientHttp2Session, request: Buffer): Promise<Answer> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  session.on('error', reject); // says why, where the stream says that it was closed
  const stream = session.request({
    ':method': 'POST',
    ':path': CHECK_METHOD,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.end(request);
  return Promise.race([lost, answerOf(stream)]);
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let headers: Headers = {};
  const take = (more: Headers) => {
    headers = { ...headers, ...more };
  };
  stream.on('response', take).on('trailers', take);
  let body = Buffer.alloc(0);
  for await (const chunk of stream) {
    body = Buffer.concat([body, chunk as Buffer]); // a stream without an encoding yields buffers
    if (body.length > MAX_ANSWER_BYTES) {
      throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    }
  }
  return { headers, body };
}

function toVerdict({ headers, body }: Answer): ProbeResult {
  const { ':status': httpStatus, 'grpc-status': grpcStatus } = headers;
  if (httpStatus !== 200) {
    return { status: 'fail', output: `HTTP ${String(httpStatus)}` };
  }
  if (grpcStatus !== '0') {
    return { status: 'fail', output: `gRPC status ${String(grpcStatus)}` };
  }
  const status = servingStatusOf(body.subarray(PREFIX_BYTES));
  const output = SERVING_STATUSES[status] ?? `status ${status}`;
  return output === 'SERVING' ? { status: 'pass', output } : { status: 'fail', output };
}

/** A HealthCheckResponse: field 1, a number; left out where it is 0. */
function servingStatusOf(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}
