import { describe, expect, it } from 'vitest';

import { imageNames } from '@signalbox/testkit';

import { readinessOf } from './readiness.ts';

function engineWith(images: readonly string[], trouble?: string) {
  return {
    trouble: () => Promise.resolve(trouble),
    provides: (image: string) => Promise.resolve(images.includes(image)),
  };
}

describe('readinessOf', () => {
  it('is ready where every image can be had', async () => {
    const engine = engineWith(Object.values(imageNames));

    await expect(readinessOf(engine)).resolves.toEqual({ state: 'ready', hasRyuk: true });
  });

  it('does without Ryuk where its image can not be had', async () => {
    const engine = engineWith([imageNames.node, imageNames.postgres, imageNames.redis]);

    await expect(readinessOf(engine)).resolves.toEqual({ state: 'ready', hasRyuk: false });
  });

  it('names an image that suites need and that can not be had', async () => {
    const engine = engineWith([imageNames.node, imageNames.postgres, imageNames.ryuk]);

    await expect(readinessOf(engine)).resolves.toEqual({
      state: 'unready',
      reason: `${imageNames.redis} is not on this machine and can't be pulled`,
    });
  });

  it('asks for no image where no engine answers', async () => {
    const engine = engineWith([], 'no Docker engine answers');

    await expect(readinessOf(engine)).resolves.toEqual({ state: 'unready', reason: 'no Docker engine answers' });
  });
});
