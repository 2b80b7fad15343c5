import type { IncomingHttpHeaders } from 'node:http';

import { type PhaseReport, RequestStream, type StreamedRequest } from '@signalbox/testkit';

import { StackError } from '../errors.ts';

/** What half a core serves without trouble while others start beside it. */
const GETS_PER_SECOND = 8;
/** Longer than the gateway waits for any service. */
const ANSWER_WITHIN_MS = 20_000;

/** GETs that anyone may send, in turn, through the gateway. */
export function steadyGets(
  url: string,
  paths: readonly string[],
  answeredBy: 'x-shop-instance' | 'x-shop-service',
): RequestStream {
  return RequestStream.start(url, {
    requests: paths.map((path): StreamedRequest => ({ method: 'GET', path })),
    perSecond: GETS_PER_SECOND,
    withinMs: ANSWER_WITHIN_MS,
    answeredBy: (fields: IncomingHttpHeaders) => {
      const name = fields[answeredBy];
      return typeof name === 'string' ? name : undefined;
    },
  });
}

/** Throws a StackError that says how many failed, and why, where any did. */
export function noneFailed({ requests, failed, reasons }: PhaseReport): void {
  if (failed > 0) {
    throw new StackError(`${failed} of ${requests} GETs failed\n${reasons.join('\n')}`);
  }
}
