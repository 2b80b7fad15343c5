import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { keySetText, signingKey } from '../../test/tokens.ts';
import { COOLDOWN_MS, FETCH_TIMEOUT_MS, RemoteKeys } from './remote-keys.ts';

const REFRESH_MS = 300_000;

/** A keys' server in memory, and what is told of it. */
class KeysServer {
  text: string;
  failure: Error | undefined;
  isSilent = false;
  asked = 0;
  readonly told: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  open(clock: FakeClock, random = () => 0): RemoteKeys {
    return new RemoteKeys({
      clock,
      refreshMs: REFRESH_MS,
      random,
      source: (signal) => this.#answer(signal),
      onKeys: ({ size }) => this.told.push(`${size} keys`),
      onTrouble: (reason) => this.told.push(reason),
    });
  }

  #answer(signal: AbortSignal): Promise<string> {
    this.asked += 1;
    if (this.isSilent) {
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
    }
    return this.failure === undefined ? Promise.resolve(this.text) : Promise.reject(this.failure);
  }
}

const [a, b] = [await signingKey('ES256', 'a'), await signingKey('ES256', 'b')];

describe('the keys of a provider', () => {
  it('are fetched beforehand, and again after their time, up to a fifth earlier', async () => {
    const clock = new FakeClock();
    const server = new KeysServer(keySetText(a));
    const keys = server.open(clock, () => 0.5);
    await keys.ready;
    expect(keys.current?.size).toBe(1);
    server.text = keySetText(a, b);

    await clock.advance(0.9 * REFRESH_MS - 1);
    expect(server.asked).toBe(1);
    await clock.advance(1);
    await keys.otherThan(await anyKeys());

    expect(server.asked).toBe(2);
    expect(keys.current?.size).toBe(2);
    await keys.close();
    expect(clock.sleeping).toBe(0);
  });

  it('stay the same object when the answer is the same, so that what they verified is not forgotten', async () => {
    const clock = new FakeClock();
    const server = new KeysServer(keySetText(a));
    const keys = server.open(clock);
    await keys.ready;
    const before = keys.current;

    await clock.advance(REFRESH_MS);
    await keys.otherThan(await anyKeys());

    expect(server.asked).toBe(2);
    expect(keys.current).toBe(before);
    expect(server.told).toEqual(['1 keys']);
    await keys.close();
  });

  it('stay while their server is away, which is told once, and tried again ever less often', async () => {
    const clock = new FakeClock();
    const server = new KeysServer(keySetText(a));
    const keys = server.open(clock, () => 0.999_999);
    await keys.ready;
    server.failure = new Error('connect ECONNREFUSED');

    await clock.advance(REFRESH_MS);
    const askedInTheFirst = server.asked;
    await clock.advance(60_000);
    const askedLater = server.asked;
    await clock.advance(60_000);

    expect(keys.current?.size).toBe(1);
    expect(keys.trouble).toBe('connect ECONNREFUSED');
    expect(server.told).toEqual(['1 keys', 'connect ECONNREFUSED']);
    expect(server.asked - askedLater).toBeLessThanOrEqual(7);
    expect(askedLater).toBeGreaterThan(askedInTheFirst);
    await keys.close();
  });

  it('are none until they can be had', async () => {
    const clock = new FakeClock();
    const server = new KeysServer('<html>starting</html>');
    const keys = server.open(clock, () => 0.5);
    await keys.ready;
    expect(keys.current).toBeUndefined();
    expect(keys.trouble).toContain('no key set');
    server.text = keySetText(a);

    await clock.advance(1_000);
    await keys.otherThan(await anyKeys());

    expect(keys.current?.size).toBe(1);
    expect(keys.trouble).toBeUndefined();
    await keys.close();
  });

  it('are given up when their server is silent', async () => {
    const clock = new FakeClock();
    const server = new KeysServer('');
    server.isSilent = true;
    const keys = server.open(clock);

    await clock.advance(FETCH_TIMEOUT_MS);
    await keys.ready;

    expect(keys.trouble).toBe('did not answer within 5000 ms');
    await keys.close();
    expect(clock.sleeping).toBe(0);
  });

  it('are fetched for an unknown name once in a cooldown, whoever asks', async () => {
    const clock = new FakeClock();
    const server = new KeysServer(keySetText(a));
    const keys = server.open(clock);
    await keys.ready;
    const known = await currentOf(keys);

    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => keys.otherThan(known)));
    await clock.advance(COOLDOWN_MS - 1);
    await keys.otherThan(known);

    expect(outcomes.every((other) => other === undefined)).toBe(true);
    expect(server.asked).toBe(2);
    server.text = keySetText(a, b);
    await clock.advance(1);
    const others = await Promise.all(Array.from({ length: 1_000 }, () => keys.otherThan(known)));

    expect(server.asked).toBe(3);
    expect(new Set(others)).toEqual(new Set([keys.current]));
    expect(keys.current?.size).toBe(2);
    await keys.close();
  });

  it('stop a fetch that is under way when they are closed', async () => {
    const clock = new FakeClock();
    const server = new KeysServer('');
    server.isSilent = true;
    const keys = server.open(clock);

    await keys.close();

    expect(server.told).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });
});

async function currentOf(keys: RemoteKeys) {
  await keys.ready;
  return keys.current ?? (await anyKeys());
}

/** Others than any that are fetched: asking by them waits for a fetch that is under way. */
async function anyKeys() {
  const { KeySet } = await import('./key-set.ts');
  return await KeySet.parse(keySetText(await signingKey('ES256', 'other')));
}
