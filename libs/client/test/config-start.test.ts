import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { FakeClock, FaultProxy, freePort, temporaryDirectory } from '@signalbox/testkit';

import {
  CacheFileError,
  ConfigInvalidError,
  ConfigUnavailableError,
  RefusedError,
  UnreachableError,
} from '../src/index.ts';
import { connect, first, invalid, RECONNECT_MS, second, startOnce } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';

describe('ConfigClient.connect', () => {
  it('takes what the server serves, typed by the schema', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);

    expect(orders.client.current.db.poolSize).toBe(5);
    expect(orders.client).toMatchObject({ version: 'commit-1', etag: 'etag-1', source: 'server' });
  });

  it('shows its token to the server, and who it is', async () => {
    await using server = await FakeConfigServer.start(first);
    const orders = await connect(server.url, { token: 'secret', instanceId: 'orders-1' });

    expect(await server.received.next()).toMatchObject({ type: 'subscribe', etag: 'etag-1', instanceId: 'orders-1' });
    expect([...server.authorizations]).toEqual(['Bearer secret']);
    await orders.client.close();
  });

  it('without server and cache file fails, naming the address and the reason', async () => {
    const port = await freePort();

    const failing = connect(`http://127.0.0.1:${port}`);

    await expect(failing).rejects.toThrow(ConfigUnavailableError);
    await expect(failing).rejects.toThrow(
      new RegExp(`http://127.0.0.1:${port}/.*ECONNREFUSED.*there is no cache file`, 's'),
    );
  });

  it('takes no address with user and password, and shows neither', async () => {
    await expect(connect('http://ops:hunter2@127.0.0.1:1')).rejects.toThrow(/^url: must not carry user and password/);
    await expect(connect('http://ops:hunter2@127.0.0.1:1')).rejects.not.toThrow(/hunter2/);
    await expect(connect('http://ops:hunter2@:x')).rejects.not.toThrow(/hunter2/);
  });

  it('follows no redirect', async () => {
    await using elsewhere = await FakeConfigServer.start(first);
    await using server = await FakeConfigServer.start(first);
    server.troubleWith({ status: 302, headers: { location: elsewhere.url } });

    await expect(connect(server.url, { token: 'secret' })).rejects.toThrow(/a redirect \(302\)/);
    expect([...elsewhere.authorizations]).toEqual([]);
  });

  it('gives up an answer without end', async () => {
    await using server = await FakeConfigServer.start(first);
    server.troubleWith({ status: 200, body: 'x'.repeat(17 * 1_024 * 1_024) });

    await expect(connect(server.url)).rejects.toThrow(/longer than 16777216 bytes/);
  });

  it('without server takes what was valid last', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'cache', 'orders.json');
    await startOnce(first, cacheFile);

    await using orders = await connect(`http://127.0.0.1:${await freePort()}`, { cacheFile });

    expect(orders.client.current).toEqual({ db: { poolSize: 5 } });
    expect(orders.client).toMatchObject({ version: 'commit-1', source: 'cache' });
    expect(await orders.problems.next()).toBeInstanceOf(UnreachableError);
  });

  it('from the cache file ends in what the server serves once it is back', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(second);
    await using proxy = await FaultProxy.start(server);
    proxy.refuse();
    await using orders = await connect(`http://127.0.0.1:${proxy.port}`, { cacheFile });
    await orders.problems.next();
    await orders.problems.next();

    proxy.accept();
    await orders.clock.advance(RECONNECT_MS);

    expect(await orders.changes.next()).toMatchObject({ version: 'commit-2', changedKeys: ['db.poolSize', 'db.url'] });
    expect(orders.client.source).toBe('server');
  });

  it('takes the cache file where the served configuration does not satisfy the schema, and rejects that one', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(invalid);

    await using orders = await connect(server.url, { cacheFile });

    expect(orders.client.current.db.poolSize).toBe(5);
    expect(await orders.problems.next()).toBeInstanceOf(ConfigInvalidError);
    await server.received.next();
    expect(await server.received.next()).toMatchObject({ type: 'rejected', etag: 'etag-3' });
  });

  it('fails where the served configuration does not satisfy the schema and nothing is cached', async () => {
    await using server = await FakeConfigServer.start(invalid);

    await expect(connect(server.url)).rejects.toThrow('db.poolSize: Invalid input: expected number, received string');
  });

  it.each([
    [401, 'auth/missing-credentials'],
    [404, 'config/unknown-service'],
  ])('does not hide an answer of %d behind the cache file', async (status, code) => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(first);
    server.troubleWith({ status, body: { type: 'about:blank', title: 'No', status, detail: 'why', code } });

    const failing = connect(server.url, { cacheFile });

    await expect(failing).rejects.toThrow(RefusedError);
    await expect(failing).rejects.toMatchObject({ statusCode: status, problemCode: code, retryable: false });
  });

  it('takes the cache file when the server is in trouble', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(first);
    server.troubleWith({ status: 503 });

    await using orders = await connect(server.url, { cacheFile });

    expect(await orders.problems.next()).toMatchObject({ code: 'SIGNALBOX_REFUSED', statusCode: 503 });
  });

  it('gives a server that hangs up after its time, and takes the cache file', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    proxy.pause();
    const clock = new FakeClock();
    const connecting = connect(`http://127.0.0.1:${proxy.port}`, { cacheFile, clock });

    await clock.advance(5_000);

    await using orders = await connecting;
    expect(orders.client.source).toBe('cache');
    proxy.resume();
  });

  it.each([
    ['damaged', (content: string) => content.replace('"poolSize":5', '"poolSize":6'), 'does not match its digest'],
    ['cut short', (content: string) => content.slice(0, 90), 'does not match its digest'],
    ['empty', () => '', 'does not match its digest'],
  ])('does not trust a cache file that is %s', async (_, damage, reason) => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);
    await writeFile(cacheFile, damage(await readFile(cacheFile, 'utf8')));

    const failing = connect(`http://127.0.0.1:${await freePort()}`, { cacheFile });

    await expect(failing).rejects.toThrow(reason);
  });

  it('does not take the cache file of another environment', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');
    await startOnce(first, cacheFile);

    const failing = connect(`http://127.0.0.1:${await freePort()}`, { cacheFile, env: 'staging' });

    await expect(failing).rejects.toThrow('it belongs to orders in production');
  });

  it('keeps the cache file from other users, and leaves no drafts', async () => {
    await using directory = await temporaryDirectory();
    const cacheFile = join(directory.path, 'orders.json');

    await startOnce(first, cacheFile);

    expect((await stat(cacheFile)).mode & 0o777).toBe(0o600);
  });

  it('works without a cache file that can not be written, and says so', async () => {
    await using server = await FakeConfigServer.start(first);

    await using orders = await connect(server.url, { cacheFile: '/dev/null/orders.json' });

    expect(await orders.problems.next()).toBeInstanceOf(CacheFileError);
    expect(orders.client.source).toBe('server');
  });

  it.each([
    ['url', { url: 'ftp://config' }, 'url: must be an http or https address, not "ftp://config"'],
    ['token', { token: 'secret\n' }, 'token: must be visible ASCII characters, without spaces or line breaks'],
    ['requestTimeoutMs', { requestTimeoutMs: 0 }, 'requestTimeoutMs: must be from 1 to 2147483647, not 0'],
    ['service', { service: '' }, /^service must be 1 to 63 letters.* and is ""$/],
    ['env', { env: '../staging' }, /^env must be 1 to 63 letters.* and is "..\/staging"$/],
    ['instanceId', { instanceId: 'x'.repeat(129) }, /^instanceId must be 1 to 128 letters.* and is "x+…"$/],
    ['cacheFile', { cacheFile: '' }, 'cacheFile: must have at least 1 character, not ""'],
  ])('refuses an option out of range: %s', async (_, options, message) => {
    await expect(connect('http://127.0.0.1:1', options)).rejects.toThrow(message);
  });
});
