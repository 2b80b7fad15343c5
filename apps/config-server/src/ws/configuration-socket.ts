import type { Clock } from '@signalbox/clock';

import { ConfigSocketRequest } from '@signalbox/schemas';
import { addWebSocketRoutes, isAllowed, type Service } from '@signalbox/service-runtime';

import type { Audience } from '../refresh/audience.ts';
import type { ConfigurationReader } from '../refresh/configuration-reader.ts';
import type { Refresher } from '../refresh/refresher.ts';

import { Connection } from './connection.ts';

export interface ConfigurationSocketOptions {
  readonly reader: ConfigurationReader;
  readonly refresher: Refresher;
  readonly audience: Audience;
  readonly clock: Clock;
}

/** `WS /ws`: instances subscribe to configurations, are told of changes, and say what they made of them. */
export function addConfigurationSocket(service: Service, options: ConfigurationSocketOptions): void {
  const { reader, refresher, audience, clock } = options;
  const connections = new Set<Connection>();

  refresher.onRefreshed(({ changes, labelsMoved }) => {
    audience.tell(changes);
    if (labelsMoved) {
      void Promise.all([...connections].map((connection) => connection.followLabels()));
    }
  });

  addWebSocketRoutes(service, [
    {
      path: '/ws',
      clock,
      onConnection: (socket, { identity }) => {
        const connection = new Connection({
          sink: socket,
          reader,
          audience,
          mayRead: (pair) => isAllowed(identity, 'read', pair),
          onRejected: ({ service: name, environment, instanceId, rejected }) => {
            service.log.warn(
              { service: name, environment, instanceId, rejected },
              'configuration rejected by an instance',
            );
          },
        });
        connections.add(connection);
        let waiting = 0;
        socket.on('message', (message) => {
          const request = Buffer.isBuffer(message) ? parseRequest(message.toString()) : undefined;
          if (request === undefined) {
            connection.refuse('request/invalid', 'not a message that this socket understands');
            return;
          }
          // What a client says faster than it can be answered waits on its side.
          waiting += 1;
          socket.pause();
          connection
            .receive(request)
            .catch((error: unknown) => {
              service.log.error({ err: error }, 'socket message failed');
              connection.refuse('internal', 'the server failed; its log says why');
            })
            .finally(() => {
              waiting -= 1;
              if (waiting === 0) {
                socket.resume();
              }
            });
        });
        socket.on('close', () => {
          connections.delete(connection);
          connection.close();
        });
      },
    },
  ]);
}

function parseRequest(text: string): ConfigSocketRequest | undefined {
  try {
    return ConfigSocketRequest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // no JSON
  }
}
