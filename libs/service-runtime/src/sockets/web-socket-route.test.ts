import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { HealthChecker } from '@signalbox/health-checker';
import { FakeClock } from '@signalbox/testkit';

import { createService } from '../service.ts';
import { addWebSocketRoutes, type WebSocketRouteOptions } from './web-socket-route.ts';

async function startEcho(options: Partial<WebSocketRouteOptions> = {}) {
  const clock = new FakeClock();
  const service = await createService({
    name: 'echo',
    version: '1.0.0',
    description: 'a service of tests',
    settings: { host: '127.0.0.1', port: 0, logLevel: 'silent', drainNoticeMs: 0 },
    health: new HealthChecker({ clock }),
    toProblem: () => undefined,
  });
  addWebSocketRoutes(service, [
    {
      path: '/ws',
      clock,
      ...options,
      onConnection: (socket, { identity }) => {
        socket.send(identity.name);
      },
    },
  ]);
  const { port } = await service.listen();
  return { clock, url: `ws://127.0.0.1:${port}`, close: service.close, [Symbol.asyncDispose]: service.close };
}

const refusalOf = async (socket: WebSocket) => {
  const [error] = (await once(socket, 'error')) as [Error]; // a refused upgrade is an error event
  return error.message;
};

describe('addWebSocketRoutes', () => {
  it('hands a socket over with the identity of its caller', async () => {
    await using echo = await startEcho();
    const socket = new WebSocket(`${echo.url}/ws`);

    expect(String((await once(socket, 'message'))[0])).toBe('anyone');
    socket.terminate();
  });

  it('refuses a path that is none of its routes', async () => {
    await using echo = await startEcho();

    expect(await refusalOf(new WebSocket(`${echo.url}/elsewhere`))).toContain('404');
  });

  it('refuses a page of another origin', async () => {
    await using echo = await startEcho();

    expect(await refusalOf(new WebSocket(`${echo.url}/ws`, { origin: 'https://evil.example' }))).toContain('403');
  });

  it('refuses an unknown caller', async () => {
    await using echo = await startEcho();

    expect(await refusalOf(new WebSocket(`${echo.url}/ws`, { headers: { host: 'evil.example' } }))).toContain('401');
  });

  it.each(['null', 'http://127.0.0.1:1', 'file://'])('refuses a page of the origin %s', async (origin) => {
    await using echo = await startEcho();

    expect(await refusalOf(new WebSocket(`${echo.url}/ws`, { origin }))).toContain('403');
  });

  it('lets go of a refused peer that does not end its side', async () => {
    const echo = await startEcho();
    const peer = connect({ port: Number(new URL(echo.url).port), host: '127.0.0.1', allowHalfOpen: true });
    peer.write('GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(peer, 'data')) as [Buffer]; // what a socket reads

    await echo.close();

    expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
    peer.destroy();
  });

  it('refuses one socket more than it may hold, until another is gone', async () => {
    await using echo = await startEcho({ maxSockets: 1 });
    const first = new WebSocket(`${echo.url}/ws`);
    await once(first, 'open');

    expect(await refusalOf(new WebSocket(`${echo.url}/ws`))).toContain('503');

    first.close();
    await once(first, 'close');
    const next = new WebSocket(`${echo.url}/ws`);
    expect(String((await once(next, 'message'))[0])).toBe('anyone');
    next.terminate();
  });

  it('closes a socket whose message is too large', async () => {
    await using echo = await startEcho();
    const socket = new WebSocket(`${echo.url}/ws`);
    await once(socket, 'open');

    socket.send('x'.repeat(65_537));

    expect(await once(socket, 'close')).toEqual([1009, expect.anything()]);
  });

  it('cuts off a peer that leaves a ping unanswered', async () => {
    await using echo = await startEcho();
    const socket = new WebSocket(`${echo.url}/ws`, { autoPong: false });
    await once(socket, 'open');
    const pinged = once(socket, 'ping');
    await echo.clock.advance(15_000);
    await pinged;
    const closed = once(socket, 'close');

    await echo.clock.advance(15_000);

    expect(await closed).toEqual([1006, expect.anything()]);
  });

  it('lets its sockets go when the service closes', async () => {
    const echo = await startEcho();
    const socket = new WebSocket(`${echo.url}/ws`);
    await once(socket, 'open');
    const closed = once(socket, 'close');

    await echo.close();

    expect(await closed).toEqual([1001, expect.anything()]);
  });

  it.each([
    [{ maxSockets: 0 }, 'WebSocketRoute maxSockets: must be an integer from 1 to 1000000, not 0'],
    [{ maxPayloadBytes: 1.5 }, 'WebSocketRoute maxPayloadBytes: must be an integer from 1 to 104857600, not 1.5'],
    [{ pingEveryMs: Infinity }, 'WebSocketRoute pingEveryMs: must be an integer from 1 to 3600000, not Infinity'],
  ])('is refused with an option out of range: %j', async (options, message) => {
    await expect(startEcho(options)).rejects.toThrow(new RangeError(message));
  });
});
