import { randomBytes } from 'node:crypto';

import type { Frame, WatchProtocol } from './watch-protocol.ts';

import { BenchError } from '../errors.ts';

/** RFC 6455 section 5.2: a final frame of each kind, as its first byte. */
const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;
const PONG = 0x8a;
const MASKED = 0x80;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;
const HEAD_END = '\r\n\r\n';

export interface WebSocketWatchOptions {
  readonly port: number;
  readonly path: string;
  /** The first message; the answers are text. */
  readonly request: string;
}

/** Watching over a WebSocket. */
export function webSocketWatch({ port, path, request }: WebSocketWatchOptions): WatchProtocol {
  const upgrade = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  const opening = Buffer.concat([
    Buffer.from(upgrade.join('\r\n') + HEAD_END),
    clientFrame(TEXT, Buffer.from(request)),
  ]);
  return { port, opening, frameAt };
}

function frameAt(received: Buffer): Frame | undefined {
  if (received[0] === 'H'.charCodeAt(0)) {
    return answerToUpgrade(received);
  }
  const head = headOf(received);
  if (head === undefined || received.length < head.bytes + head.length) {
    return undefined;
  }
  const bytes = head.bytes + head.length;
  const message = received.subarray(head.bytes, bytes);
  switch (received[0]) {
    case TEXT:
      return { bytes, message };
    case PING:
      return { bytes, answer: clientFrame(PONG, message) };
    case CLOSE:
      throw new BenchError(`a watch was closed with ${message.length >= 2 ? message.readUInt16BE() : 'no code'}`);
    default:
      throw new BenchError(`a watcher was sent a frame that begins with ${String(received[0])}`);
  }
}

function answerToUpgrade(received: Buffer): Frame | undefined {
  const end = received.indexOf(HEAD_END);
  if (end < 0) {
    return undefined;
  }
  const [line = ''] = received.toString('latin1', 0, end).split('\r\n');
  if (!line.startsWith('HTTP/1.1 101 ')) {
    throw new BenchError(`a watch was refused: ${line}`);
  }
  return { bytes: end + HEAD_END.length };
}

function headOf(received: Buffer): { readonly bytes: number; readonly length: number } | undefined {
  const short = received[1];
  if (short === undefined) {
    return undefined;
  }
  if (short < LENGTH_OF_16_BITS) {
    return { bytes: 2, length: short };
  }
  const bytes = short === LENGTH_OF_64_BITS ? 10 : 4;
  if (received.length < bytes) {
    return undefined;
  }
  return { bytes, length: bytes === 4 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2)) };
}

/** A client's frames are masked (section 5.3); a mask of zeros leaves them readable. */
function clientFrame(kind: number, payload: Buffer): Buffer {
  const head =
    payload.length < LENGTH_OF_16_BITS
      ? Buffer.from([kind, MASKED | payload.length])
      : Buffer.from([kind, MASKED | LENGTH_OF_16_BITS, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
