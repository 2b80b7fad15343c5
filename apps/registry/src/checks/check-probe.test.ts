import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

import type { CheckDefinition } from '../catalog/registration.ts';

import { aRegistration, aTcpCheck } from '../../test/registrations.ts';
import { checkProbe, refuseUnreachable } from './check-probe.ts';
import { guardedLookup, type LookupAll } from './guarded-lookup.ts';
import { Networks } from './networks.ts';

/** Whether it is compressed, and the length; then the tag and the length of field 1. */
const GRPC_PREFIX_BYTES = 5;
const FIELD_PREFIX_BYTES = 2;

const loopback = new Networks(['127.0.0.0/8']);
const grpcCheck: CheckDefinition = { ...aTcpCheck(), type: 'grpc', name: 'grpc', service: 'shop.Orders', tls: false };
const httpCheck: CheckDefinition = { ...aTcpCheck(), type: 'http', name: 'http', path: '/ready' };

/** A resolver that knows one address for every name. */
const resolvingTo =
  (...addresses: string[]): LookupAll =>
  (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  };

function askedOf(address: string, port: number, addresses: string[] = ['127.0.0.1']) {
  const reach = { networks: loopback, lookup: guardedLookup(loopback, resolvingTo(...addresses)) };
  return async (check: CheckDefinition) =>
    await checkProbe(aRegistration({ address, port, checks: [check] }), check, reach)(new AbortController().signal);
}

async function aServer() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ''} ${request.url ?? ''}`);
    response.writeHead(request.url === '/ready' ? 200 : 302, { location: '/ready' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  return {
    asked,
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server that serves, over HTTP/2 in plain text; it notes whom it was asked about. */
async function aGrpcServer() {
  const asked: string[] = [];
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    void buffer(stream).then((request) => {
      const service = request.subarray(GRPC_PREFIX_BYTES + FIELD_PREFIX_BYTES).toString();
      asked.push(`${headers[':authority'] ?? ''} ${headers[':path'] ?? ''} ${service}`);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
      });
      stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, 1]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  return {
    asked,
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('checkProbe', () => {
  it('asks an instance over HTTP and TCP', async () => {
    await using server = await aServer();
    const ask = askedOf('127.0.0.1', server.port);

    expect(await ask(httpCheck)).toMatchObject({ status: 'pass' });
    expect(await ask(aTcpCheck())).toMatchObject({ status: 'pass' });
  });

  it('asks an instance by the gRPC health checking protocol', async () => {
    await using server = await aGrpcServer();
    const ask = askedOf('orders.internal', server.port);

    expect(await ask(grpcCheck)).toEqual({ status: 'pass', output: 'SERVING' });
    expect(await ask({ ...grpcCheck, tls: true })).toMatchObject({ status: 'fail' });
    expect(server.asked).toEqual([`orders.internal:${server.port} /grpc.health.v1.Health/Check shop.Orders`]);
  });

  it('follows no redirect', async () => {
    await using server = await aServer();

    expect(await askedOf('127.0.0.1', server.port)({ ...httpCheck, path: '/moved' })).toMatchObject({ status: 'fail' });
    expect(server.asked).toHaveLength(1);
  });

  it('goes to the allowed address of a name, and names the host', async () => {
    await using server = await aServer();

    const result = await askedOf('orders.internal', server.port, ['169.254.169.254', '127.0.0.1'])(httpCheck);

    expect(result).toMatchObject({ status: 'pass' });
    expect(server.asked).toEqual([`orders.internal:${server.port} /ready`]);
  });

  it.each([
    ['an address outside the networks', '169.254.169.254'],
    ['an address written as a number', '2852039166'],
    ['an address with a dot behind', '169.254.169.254.'],
    ['a name that leads outside the networks', 'metadata.internal'],
    ['what no URL takes for a host', '1.2.3.4.5'],
  ])('goes nowhere for %s', async (_name, address) => {
    for (const check of [httpCheck, aTcpCheck(), grpcCheck]) {
      expect(await askedOf(address, 80, ['169.254.169.254'])(check)).toMatchObject({
        status: 'fail',
        output: expect.stringContaining('outside the networks') as string,
      });
    }
  });
});

describe('refuseUnreachable', () => {
  it('refuses checks of an address outside the networks', () => {
    const registration = aRegistration({ address: '8.8.8.8', checks: [aTcpCheck()] });

    expect(() => {
      refuseUnreachable(registration, loopback);
    }).toThrow(expect.objectContaining({ code: 'registry/check-address-refused' }));
  });

  it.each([
    ['without checks', aRegistration({ address: '8.8.8.8' })],
    ['by a name, which is judged when it is asked', aRegistration({ address: 'orders', checks: [aTcpCheck()] })],
  ])('lets an instance register %s', (_name, registration) => {
    expect(() => {
      refuseUnreachable(registration, loopback);
    }).not.toThrow();
  });
});
