import type { AddressInfo, LookupFunction } from 'node:net';

import * as grpc from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { TcpService } from '../../test/tcp-service.ts';
import { grpcProbe, type GrpcProbeOptions } from './grpc-probe.ts';

const CHECK: grpc.MethodDefinition<{ readonly service: string }, Buffer> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: ({ service }) => Buffer.from(service),
  requestDeserialize: (message) => ({ service: message.subarray(2).toString() }), // the tag and the length of field 1
  responseSerialize: (message) => message,
  responseDeserialize: (message) => message,
};

const SERVING = Buffer.from([0x08, 1]);

/** A server whose services answer with these messages; it knows no other. */
async function serve(answers: Readonly<Record<string, Buffer>>) {
  const server = new grpc.Server();
  server.addService(
    { check: CHECK },
    {
      check: ({ request }: { request: { service: string } }, callback: grpc.sendUnaryData<Buffer>) => {
        const answer = answers[request.service];
        callback(answer === undefined ? { code: grpc.status.NOT_FOUND, details: 'no such service' } : null, answer);
      },
    },
  );
  const { promise: port, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
    if (error === null) {
      resolve(bound);
    } else {
      reject(error);
    }
  });
  return {
    port: await port,
    [Symbol.dispose]: () => {
      server.forceShutdown();
    },
  };
}

async function serveHttp2(answer: (stream: ServerHttp2Stream) => void) {
  const server = createServer().on('stream', answer).listen(0, '127.0.0.1');
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    async [Symbol.asyncDispose]() {
      sessions.forEach((session) => {
        session.destroy();
      });
      server.close();
      await once(server, 'close');
    },
  };
}

const patience = () => new AbortController().signal;
const probeOf = (port: number, service?: string) => grpcProbe({ host: '127.0.0.1', port, service });

describe('grpcProbe', () => {
  it.each([
    ['', { status: 'pass', output: 'SERVING' }],
    ['orders.Orders', { status: 'fail', output: 'NOT_SERVING' }],
    ['new.Service', { status: 'fail', output: 'UNKNOWN' }],
    ['odd.Service', { status: 'fail', output: 'status 9' }],
    ['missing.Service', { status: 'fail', output: 'gRPC status 5' }],
  ])('asks a server for the health of "%s"', async (service, result) => {
    using server = await serve({
      '': SERVING,
      'orders.Orders': Buffer.from([0x08, 2]),
      'new.Service': Buffer.alloc(0),
      'odd.Service': Buffer.from([0x08, 9]),
    });

    expect(await probeOf(server.port, service)(patience())).toEqual(result);
  });

  it('says that nobody listens', async () => {
    const port = await freePort();

    expect(await probeOf(port)(patience())).toEqual({
      status: 'fail',
      output: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('says that nobody listens there who speaks HTTP/2', async () => {
    await using server = await TcpService.start(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');

    expect(await probeOf(server.port)(patience())).toMatchObject({ status: 'fail' });
    await server.abandoned();
  });

  it.each([
    ['an answer without a status', {}, 'gRPC status undefined'],
    ['an answer of another kind', { ':status': 404 }, 'HTTP 404'],
  ])('fails on %s', async (_name, headers, output) => {
    await using server = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, ...headers }, { endStream: true });
    });

    expect(await probeOf(server.port)(patience())).toEqual({ status: 'fail', output });
  });

  it('reads no more of an answer than it could need', async () => {
    await using server = await serveHttp2((stream) => {
      stream.respond({ ':status': 200 });
      stream.on('error', () => undefined); // whoever asked has gone
      stream.write(Buffer.alloc(2_000));
    });

    expect(await probeOf(server.port)(patience())).toEqual({
      status: 'fail',
      output: 'the answer has more than 1024 bytes',
    });
  });

  it('connects to nobody when its signal was aborted before', async () => {
    const lookup = () => {
      throw new Error('looked up');
    };

    const probe = grpcProbe({ host: 'grpc.example', port: 50_051, lookup });

    expect(await probe(AbortSignal.abort())).toEqual({ status: 'fail', output: 'no answer in time' });
  });

  it('resolves the host as it is told', async () => {
    using server = await serve({ '': SERVING });
    const names: string[] = [];
    const lookup: LookupFunction = (name, { all }, callback) => {
      names.push(name);
      callback(null, all === true ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
    };

    const result = await grpcProbe({ host: 'grpc.example', port: server.port, lookup })(patience());

    expect([result.status, names]).toEqual(['pass', ['grpc.example']]);
  });

  it('ends when its signal is aborted while the server hangs, and leaves no connection', async () => {
    await using server = await TcpService.start();
    const stop = new AbortController();
    const connected = server.connected();
    const probing = probeOf(server.port)(stop.signal);
    await connected;

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    await server.abandoned();
  });

  it('refuses what is no host or port, and a name that is too long', () => {
    expect(() => grpcProbe({ host: '', port: 50_051 })).toThrow(
      new TypeError('grpcProbe host: must be an IP address or a host name, not ""'),
    );
    expect(() => probeOf(0)).toThrow(new RangeError('grpcProbe port: must be an integer from 1 to 65535, not 0'));
    expect(() => probeOf(50_051, 'é'.repeat(64))).toThrow('must have at most 127 bytes, not 128');
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ service: 5 }, ' service: must be of type string, not 5'],
    [{ tls: 'yes' }, ' tls: must be of type boolean, not "yes"'],
    [{ lookup: null }, ' lookup: must be of type function, not null'],
    [{ ssl: true }, ': has no option "ssl"; there are host, port, service, tls, lookup'],
  ])('refuses %j', (more, message) => {
    const options = more && { host: '127.0.0.1', port: 50_051, ...more };

    expect(() => grpcProbe(options as GrpcProbeOptions)).toThrow(new TypeError(`grpcProbe${message}`));
  });

  it('takes a name of 127 bytes, and what is undefined for what is not there', () => {
    expect(probeOf(50_051, 'x'.repeat(127))).toBeTypeOf('function');
    expect(grpcProbe({ host: '::1', port: 50_051, service: undefined, tls: undefined, lookup: undefined })).toBeTypeOf(
      'function',
    );
  });
});
