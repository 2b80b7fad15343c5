import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Deadlines } from './deadlines.ts';

/** How long what a client still sends is read and thrown away after its request was answered. */
const LINGER_MS = 1_000;

/**
 * Ends an answer. Where the request's body has not all come, the end waits for it for a moment: closing a connection on which bytes
 * are unread resets it, and the reset takes the answer with it.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse, deadlines: Deadlines): void {
  if (request.complete) {
    response.end();
    return;
  }
  const end = () => {
    deadline.cancel();
    request.off('end', end).off('close', end);
    response.end();
  };
  const deadline = deadlines.add({ onDeadline: end }, LINGER_MS);
  request.on('end', end).on('close', end).on('error', end);
  request.resume();
}
