import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import {
  ClosedError,
  NoInstancesError,
  RefusedError,
  RegistryClient,
  UnexpectedAnswerError,
  UnreachableError,
} from '../src/index.ts';
import { anInstance, FakeRegistry } from './fake-registry.ts';

/** A registry that lists these instances whatever it is asked, and the client of an environment. */
async function listing(...instances: unknown[]) {
  const asked: string[] = [];
  const fake = await FakeRegistry.start();
  fake.troubleWith(({ path }) => {
    asked.push(path);
    return { status: 200, body: { revision: 7, instances } };
  });
  const registry = new RegistryClient({ url: fake.url, environment: 'production' });
  return {
    fake,
    asked,
    registry,
    async [Symbol.asyncDispose]() {
      await registry.close();
      await fake[Symbol.asyncDispose]();
    },
  };
}

describe('registry.discover', () => {
  it('asks for what is routable in the environment of the client, unless told otherwise', async () => {
    await using mine = await listing();

    await mine.registry.discover('products');
    await mine.registry.discover('products', { healthy: false, environment: 'test' });

    expect(mine.asked).toEqual([
      '/api/v1/services/products/instances?healthy=true&environment=production',
      '/api/v1/services/products/instances?healthy=false&environment=test',
    ]);
  });

  it('sends every filter in the words of the registry, encoded', async () => {
    await using mine = await listing();

    await mine.registry.discover('a.b_c', { tags: ['x', 'y&z'], meta: { 'a=b': 'c d' }, zone: 'z1', version: '1+2' });

    const { pathname, searchParams } = new URL(mine.asked[0] ?? '', 'http://registry');
    expect(pathname).toBe('/api/v1/services/a.b_c/instances');
    expect([...searchParams]).toEqual([
      ['healthy', 'true'],
      ['environment', 'production'],
      ['zone', 'z1'],
      ['version', '1+2'],
      ['tag', 'x'],
      ['tag', 'y&z'],
      ['meta.a=b', 'c d'],
    ]);
  });

  it('answers with the instances and the revision that they are of', async () => {
    await using mine = await listing(anInstance({ id: 'products-1' }));

    expect(await mine.registry.discover('products')).toEqual({
      revision: 7,
      instances: [anInstance({ id: 'products-1' })],
    });
  });

  it('answers with none where there is none, and fails where one is required', async () => {
    await using mine = await listing();

    expect(await mine.registry.discover('products')).toEqual({ revision: 7, instances: [] });
    await expect(mine.registry.discover('products', { tags: ['a b'], required: true })).rejects.toThrow(
      new NoInstancesError('products', 'no instance of products matches healthy=true&environment=production&tag=a b'),
    );
  });

  it('fails with what the registry says of a filter, with its absence, and with an answer that is none of its own', async () => {
    await using mine = await listing({ id: 'no instance' });
    await using absent = new RegistryClient({ url: `http://127.0.0.1:${await freePort()}` });

    await expect(mine.registry.discover('products')).rejects.toThrow(UnexpectedAnswerError);
    await expect(absent.discover('products')).rejects.toThrow(UnreachableError);

    mine.fake.troubleWith(() => ({ status: 400, body: {} }));

    await expect(mine.registry.discover('products', { tags: [''] })).rejects.toThrow(RefusedError);
  });

  it('is not sent for a name that can not be', async () => {
    await using mine = await listing();

    await expect(mine.registry.discover('a/b')).rejects.toThrow(/^service must be .* and is "a\/b"$/);
    await expect(mine.registry.discover('a', { environment: '' })).rejects.toThrow(
      /^environment must be .* and is ""$/,
    );
    expect(() => mine.registry.watch('..')).toThrow(RangeError);
    expect(mine.asked).toEqual([]);
  });

  it('ends with the signal, and is refused after closing', async () => {
    await using mine = await listing();

    await expect(mine.registry.discover('products', {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );

    await mine.registry.close();

    await expect(mine.registry.discover('products')).rejects.toThrow(ClosedError);
  });
});
