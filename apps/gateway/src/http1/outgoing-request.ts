import type { Readable } from 'node:stream';

/** A request as one connection sends it. */
export interface OutgoingRequest {
  readonly method: string;
  /** Origin form. */
  readonly target: string;
  readonly host: string;
  /**
   * Names and values in turn, as Node's parser lets them through: without a control character. Neither Host nor Connection, Upgrade or
   * Transfer-Encoding is among them; a body without Content-Length is sent in chunks.
   */
  readonly fields: readonly string[];
  /** Of the length that its Content-Length says. Read as the connection takes it; left alone where nothing was sent. */
  readonly body: BodyToSend | undefined;
  /** The protocol to switch to. */
  readonly upgrade: string | undefined;
}

export interface BodyToSend {
  readonly content: Readable;
  readonly isChunked: boolean;
}

/** Methods whose request says that it has no body (RFC 9110 section 8.6). */
const EXPECT_BODY: ReadonlySet<string> = new Set(['PATCH', 'POST', 'PUT']);

/** The head as it goes over the wire, in latin1. Joined piece by piece: V8 takes three times as long to flatten nested concatenations. */
export function toMessageHead({ method, target, host, fields, body, upgrade }: OutgoingRequest): string {
  const connection = upgrade === undefined ? 'keep-alive' : `Upgrade\r\nUpgrade: ${upgrade}`;
  let head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n`;
  for (let i = 0; i < fields.length; i += 2) {
    head += fields[i] ?? '';
    head += ': ';
    head += fields[i + 1] ?? '';
    head += '\r\n';
  }
  if (body === undefined) {
    return EXPECT_BODY.has(method) ? `${head}Content-Length: 0\r\n\r\n` : `${head}\r\n`;
  }
  return body.isChunked ? `${head}Transfer-Encoding: chunked\r\n\r\n` : `${head}\r\n`;
}
