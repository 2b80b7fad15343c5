import type { IncomingMessage } from 'node:http';

import type { GatewayProblem } from './problems.ts';
import type { RequestFields } from './request-fields.ts';

const DIGITS = /^(?:0|[1-9]\d{0,14})$/;
const TOKEN_LIST = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;

/** Why where the request ends, or what it asks of the connection, could be read in two ways; undefined when it can't. */
export function framingProblem(fields: RequestFields, request: IncomingMessage): GatewayProblem | undefined {
  if (request.httpVersionMajor !== 1) {
    return unsafe('the protocol is not HTTP/1');
  }
  if (fields.alias !== undefined) {
    return unsafe(`the field "${fields.alias}" could be taken for another`);
  }
  const length = fields.get('content-length');
  if (length !== undefined && !DIGITS.test(length)) {
    return unsafe('the Content-Length field is malformed');
  }
  const expectation = fields.get('expect');
  if (expectation !== undefined && expectation.toLowerCase() !== '100-continue') {
    return { code: 'gateway/expectation-failed', detail: 'the only expectation known is 100-continue' };
  }
  const coding = fields.get('transfer-encoding');
  return coding === undefined ? undefined : codingProblem(coding, length, request.httpVersionMinor);
}

function codingProblem(coding: string, length: string | undefined, minorVersion: number): GatewayProblem | undefined {
  if (length !== undefined) {
    return unsafe('there are both Content-Length and Transfer-Encoding');
  }
  if (minorVersion === 0) {
    return unsafe('HTTP/1.0 has no Transfer-Encoding');
  }
  if (!TOKEN_LIST.test(coding)) {
    return unsafe('the Transfer-Encoding field is malformed');
  }
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : { code: 'gateway/unsupported-transfer-coding', detail: 'the only transfer coding known is chunked' };
}

function unsafe(detail: string): GatewayProblem {
  return { code: 'gateway/unsafe-request', detail };
}
