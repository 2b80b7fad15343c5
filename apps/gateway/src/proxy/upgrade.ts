import type { Socket } from 'node:net';

import { type IncomingMessage, ServerResponse } from 'node:http';

import type { AnswerHead } from '../http1/answer-head.ts';

import { toClientFields } from './response-fields.ts';

/** A request to switch to WebSocket: its connection belongs to no HTTP server any more. */
export interface Upgrade {
  readonly socket: Socket;
  /** What the client sent after the head. */
  readonly first: Buffer;
}

/** A response on a connection that Node handed over for an upgrade, for the answers which are none. It closes the connection. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on('drain', () => {
    response.emit('drain');
  });
  response.on('finish', () => {
    socket.destroySoon();
  });
  return response;
}

/** The head of the answer that switches the client's connection; undefined where the upstream switched to something else. */
export function switchingHead(head: AnswerHead): string | undefined {
  if (head.upgrade?.toLowerCase() !== 'websocket') {
    return undefined;
  }
  const fields = toClientFields(head);
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  for (let i = 0; i < fields.length; i += 2) {
    lines.push(`${fields[i] ?? ''}: ${fields[i + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
