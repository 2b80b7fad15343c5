import { describe, expect, it } from 'vitest';

import { pairsOf } from '@signalbox/layering';
import { FakeClock, seededIntegers } from '@signalbox/testkit';
import { judge } from '@signalbox/validation';

import { InMemorySource } from '../../test/in-memory-source.ts';
import { CommitTrees } from './commit-trees.ts';
import { servedBy } from './pair-state.ts';
import { Refresher } from './refresher.ts';

const PATHS = [
  'common/default.yaml',
  'common/production.yaml',
  'orders/default.yaml',
  'orders/production.yaml',
  'orders/staging.yaml',
  'products/default.yaml',
  'cache/default.yaml',
];
const TEXTS = [undefined, 'a: 0\n', 'a: 1\n', '# again\na: 1\n', 'a: 2\nb: x\n', 'a: {\n', 'a: ${nowhere}\n'];
const SCHEMA = JSON.stringify({ properties: { a: { type: 'integer', minimum: 1 } } });

function createRefresher(source: InMemorySource): Refresher {
  return new Refresher({
    source,
    trees: new CommitTrees(source, { maxTrees: 2 }),
    clock: new FakeClock(),
    defaultLabel: 'main',
  });
}

function served(refresher: Refresher): readonly unknown[] {
  return [...refresher.board.entries()].map(([pair, state]) => [pair, state.kind, servedBy(state)?.etag]);
}

describe('whatever is pushed', () => {
  it.each([1, 2, 3, 4, 5])('serves what is valid, and a restart serves the same (seed %i)', async (seed) => {
    const random = seededIntegers(seed);
    const source = new InMemorySource();
    const refresher = createRefresher(source);
    const files = new Map([
      ['orders/schema.json', SCHEMA],
      ['products/service.yaml', 'imports: [cache]\n'],
      ['products/production.yaml', 'c: 1\n'],
    ]);
    for (let step = 0; step < 40; step += 1) {
      const path = PATHS[random(PATHS.length)] ?? '';
      const text = TEXTS[random(TEXTS.length)];
      if (text === undefined) {
        files.delete(path);
      } else {
        files.set(path, text);
      }
      const commit = source.commitTo('main', Object.fromEntries(files));
      await refresher.refresh();

      const restarted = createRefresher(source);
      await restarted.refresh();
      expect(served(restarted)).toEqual(served(refresher));

      const tree = await new CommitTrees(source).load(commit);
      for (const pair of pairsOf(tree)) {
        const judgement = judge(tree, pair);
        const state = refresher.board.state(pair);
        expect(state?.kind === 'valid').toBe(judgement.kind === 'valid');
        if (judgement.kind === 'valid') {
          expect(servedBy(state)?.etag).toBe(judgement.configuration.etag);
        }
      }
    }
  });
});
