import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { Backend } from '../../test/backend.ts';
import { rawBackend } from '../../test/raw-backend.ts';
import { UnusableKeysError } from './errors.ts';
import { MAX_ANSWER_BYTES, requestKeys } from './key-request.ts';

const NEVER = new AbortController().signal;

async function ask(answer: RequestListener): Promise<string> {
  await using server = await Backend.start(answer);
  return await requestKeys(new URL(`http://127.0.0.1:${server.port}/keys?of=shop`), NEVER);
}

describe('a request for keys', () => {
  it('is answered with a text', async () => {
    expect(await ask(({ url }, response) => response.end(`{"of":"${url ?? ''}"}`))).toBe('{"of":"/keys?of=shop"}');
  });

  it('follows no redirect', async () => {
    const asked: (string | undefined)[] = [];

    const answer = ask(({ url }, response) => {
      asked.push(url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    await expect(answer).rejects.toThrow(new UnusableKeysError('answered with status 302'));
    expect(asked).toEqual(['/keys?of=shop']);
  });

  it.each([204, 404, 500])('takes nothing of an answer with status %i', async (status) => {
    await expect(ask((_, response) => response.writeHead(status).end())).rejects.toThrow(`status ${status}`);
  });

  it('takes at most 64 KiB, also without an announced length, and reads no further', async () => {
    await expect(ask((_, response) => response.end('a'.repeat(MAX_ANSWER_BYTES)))).resolves.toHaveLength(65_536);

    await using server = await Backend.start((_, response) => {
      const more = () => {
        while (response.write('a'.repeat(4_096))) {
          // until the other side takes no more
        }
      };
      response.on('drain', more);
      more();
    });
    const endless = requestKeys(new URL(`http://127.0.0.1:${server.port}/`), NEVER);

    await expect(endless).rejects.toThrow('more than 65536 bytes');
  });

  it('takes nothing of an answer that breaks off', async () => {
    await using server = await rawBackend((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"keys":[');
    });

    await expect(requestKeys(new URL(`http://127.0.0.1:${server.port}/`), NEVER)).rejects.toThrow('aborted');
  });

  it('takes nothing that is no HTTP', async () => {
    await using server = await rawBackend('SSH-2.0-OpenSSH\r\n\r\n');

    await expect(requestKeys(new URL(`http://127.0.0.1:${server.port}/`), NEVER)).rejects.toThrow('Parse Error');
  });

  it.each(['before the head', 'within the body'])('can be given up %s', async (when) => {
    const giveUp = new AbortController();
    await using server = await Backend.start((_, response) => {
      if (when === 'within the body') {
        response.write('{"keys":[');
      }
      setImmediate(() => {
        giveUp.abort();
      });
    });

    await expect(requestKeys(new URL(`http://127.0.0.1:${server.port}/`), giveUp.signal)).rejects.toThrow();
    await Promise.all([...server.sockets].map(closed));
  });
});

/** Resolves also where it was reset. */
function closed(socket: Socket): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers();
  socket.on('error', () => undefined).on('close', resolve);
  return promise;
}
