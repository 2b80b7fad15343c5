import type { Socket } from 'node:net';

import { type IncomingMessage, ServerResponse } from 'node:http';

import { toClientFields } from './response-fields.ts';

const SWITCHING_PROTOCOLS = 101;

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
export function switchingHead(raw: readonly Buffer[]): string | undefined {
  const fields = toClientFields(SWITCHING_PROTOCOLS, raw);
  if (fields === undefined || !switchesToWebSocket(raw)) {
    return undefined;
  }
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  for (let i = 0; i < fields.length; i += 2) {
    lines.push(`${fields[i] ?? ''}: ${fields[i + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function switchesToWebSocket(raw: readonly Buffer[]): boolean {
  const upgrade = raw.findIndex((name, i) => i % 2 === 0 && name.toString('latin1').toLowerCase() === 'upgrade');
  return upgrade !== -1 && raw[upgrade + 1]?.toString('latin1').trim().toLowerCase() === 'websocket';
}
