import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

import { grpcWatch } from './grpc-watch.ts';
import { Watchers } from './watchers.ts';
import { webSocketWatch } from './web-socket-watch.ts';

describe('watching over a WebSocket', () => {
  it('hears of a change once for each watcher, however long the message is', async () => {
    await using server = await webSocketServer();
    const watchers = await Watchers.open(server.watches(3));

    const heard = await watchers.latencies('the mark', () => server.tell(`${'x'.repeat(70_000)} the mark`));

    expect(heard).toHaveLength(3);
    expect(server.requests).toEqual(['watch me', 'watch me', 'watch me']);
    watchers.close();
  });

  it('goes on after a ping', async () => {
    await using server = await webSocketServer();
    const watchers = await Watchers.open(server.watches(1));
    const [socket] = server.sockets.clients;
    socket?.ping('are you there?');
    const [pong] = (await once(socket ?? server.sockets, 'pong')) as [Buffer];

    expect(pong.toString()).toBe('are you there?');
    expect(await watchers.latencies('mark', () => server.tell('mark'))).toHaveLength(1);
    watchers.close();
  });

  it('fails when a watcher is closed before it heard', async () => {
    await using server = await webSocketServer();
    const watchers = await Watchers.open(server.watches(2));

    await expect(watchers.latencies('mark', () => server.closeOne(1013))).rejects.toThrow('closed with 1013');
    watchers.close();
  });

  it('fails when the watch is refused', async () => {
    const server = createTcpServer((socket) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'));
    const port = await listening(server);

    await expect(Watchers.open([webSocketWatch({ port, path: '/', request: '' })])).rejects.toThrow(
      'refused: HTTP/1.1 401',
    );
    server.close();
  });
});

describe('watching over gRPC', () => {
  it('makes the call, sends the request and hears of a change', async () => {
    await using server = await grpcServer();
    const watchers = await Watchers.open([
      grpcWatch({ ...server, method: '/a.Watch/Watch', request: Buffer.from('R') }),
    ]);

    const heard = await watchers.latencies('mark', () => Promise.resolve(server.streams[0]?.write('the mark')));

    expect(heard).toHaveLength(1);
    expect(server.calls).toEqual(['/a.Watch/Watch application/grpc']);
    expect(server.requests).toEqual([Buffer.from([0, 0, 0, 0, 1, 'R'.charCodeAt(0)])]);
    watchers.close();
  });

  it('fails when the call ends', async () => {
    await using server = await grpcServer();
    const watchers = await Watchers.open([
      grpcWatch({ ...server, method: '/a.Watch/Watch', request: Buffer.from('R') }),
    ]);

    await expect(watchers.latencies('mark', () => Promise.resolve(server.streams[0]?.end()))).rejects.toThrow('ended');
    watchers.close();
  });
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // a TCP server that listens has an AddressInfo
}

/** Answers every request to watch, and tells all sockets what a test says. */
async function webSocketServer() {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const requests: string[] = [];
  sockets.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      requests.push(message.toString());
      socket.send('watching');
    });
  });
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  return {
    sockets,
    requests,
    watches: (count: number) =>
      Array.from({ length: count }, () => webSocketWatch({ port, path: '/', request: 'watch me' })),
    tell: (message: string) => {
      sockets.clients.forEach((socket) => {
        socket.send(message);
      });
      return Promise.resolve();
    },
    closeOne: (code: number) => {
      const [socket] = sockets.clients;
      socket?.close(code);
      return Promise.resolve();
    },
    async [Symbol.asyncDispose]() {
      sockets.clients.forEach((socket) => {
        socket.terminate();
      });
      sockets.close();
      await once(sockets, 'close');
    },
  };
}

/** Answers the first message of every call, and keeps the calls open. */
async function grpcServer() {
  const server = createServer();
  const streams: ServerHttp2Stream[] = [];
  const calls: string[] = [];
  const requests: Buffer[] = [];
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    streams.push(stream);
    calls.push(`${String(headers[':path'])} ${String(headers['content-type'])}`);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.once('data', (request: Buffer) => {
      requests.push(request);
      stream.write('created');
    });
    stream.on('error', () => undefined); // a watcher leaves without a word
  });
  const port = await listening(server);
  return {
    port,
    streams,
    calls,
    requests,
    async [Symbol.asyncDispose]() {
      streams.forEach((stream) => stream.session?.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
