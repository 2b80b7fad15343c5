import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Deadlines } from '../deadlines/deadlines.ts';

/** How long what a client still sends is read and thrown away after its request was answered. */
const LINGER_MS = 1_000;

/**
 * Ends the answer to a request whose body has not all come, after the rest of it or a moment later: closing a connection on which
 * bytes are unread resets it, and the reset takes the answer with it.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse, deadlines: Deadlines): void {
  const end = () => {
    deadline.cancel();
    request.off('end', end).off('close', end);
    response.end();
  };
  const deadline = deadlines.add({ onDeadline: end }, LINGER_MS);
  request.on('end', end).on('close', end).on('error', end);
  request.resume();
}
