import type { Frame, WatchProtocol } from './watch-protocol.ts';

import { BenchError } from '../errors.ts';

/** RFC 9113 sections 3.4, 4.1 and 6. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const HEAD_BYTES = 9;
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const ACK = 1;
const END_STREAM = 1;
const END_HEADERS = 4;

export interface GrpcWatchOptions {
  readonly port: number;
  /** `/package.Service/Method` of a call that streams both ways. */
  readonly method: string;
  /** The first message, encoded; the answers are messages of the method's kind, encoded. */
  readonly request: Buffer;
}

/**
 * Watching over one gRPC call on a connection of its own. No window is ever opened further: HTTP/2 allows a server 65,535 bytes
 * without it, which is some hundred changes.
 */
export function grpcWatch({ port, method, request }: GrpcWatchOptions): WatchProtocol {
  const headers = Buffer.concat(
    [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', method],
      [':authority', `127.0.0.1:${port}`],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ].map(([name = '', value = '']) => literalHeader(name, value)),
  );
  const opening = Buffer.concat([
    Buffer.from(PREFACE),
    frame({ type: SETTINGS }),
    frame({ type: HEADERS, flags: END_HEADERS, stream: 1, payload: headers }),
    frame({ type: DATA, stream: 1, payload: lengthPrefixed(request) }),
  ]);
  return { port, opening, frameAt };
}

function frameAt(received: Buffer): Frame | undefined {
  if (received.length < HEAD_BYTES) {
    return undefined;
  }
  const bytes = HEAD_BYTES + received.readUIntBE(0, 3);
  if (received.length < bytes) {
    return undefined;
  }
  const type = received.readUInt8(3);
  const flags = received.readUInt8(4);
  const payload = received.subarray(HEAD_BYTES, bytes);
  if (endsWatch(type, flags)) {
    throw new BenchError(`a watch was ended by a frame of type ${type}: ${payload.toString('latin1').slice(0, 200)}`);
  }
  switch (type) {
    case DATA:
      return payload.length === 0 ? { bytes } : { bytes, message: payload };
    case SETTINGS:
      return (flags & ACK) === ACK ? { bytes } : { bytes, answer: frame({ type: SETTINGS, flags: ACK }) };
    case PING:
      return (flags & ACK) === ACK ? { bytes } : { bytes, answer: frame({ type: PING, flags: ACK, payload }) };
    default:
      return { bytes };
  }
}

function endsWatch(type: number, flags: number): boolean {
  return (
    type === RST_STREAM ||
    type === GOAWAY ||
    ((type === HEADERS || type === DATA) && (flags & END_STREAM) === END_STREAM)
  );
}

interface FrameParts {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
}

function frame({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: FrameParts): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A literal header field without indexing, with a new name, neither Huffman-coded (RFC 7541 section 6.2.2). Under 127 bytes each. */
function literalHeader(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

/** A message, not compressed (gRPC over HTTP2, "Length-Prefixed-Message"). */
function lengthPrefixed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
