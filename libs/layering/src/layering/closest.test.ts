import { expect, it } from 'vitest';

import { closest } from './closest.ts';

it.each([
  ['ordres', ['orders', 'products', 'web'], ['orders']],
  ['prod', ['production', 'staging', 'development'], ['production']],
  ['production', ['prod', 'dev'], ['prod']],
  ['Orders', ['orders'], ['orders']],
  ['order', ['orders', 'border', 'ordered', 'web'], ['border', 'ordered', 'orders']],
  ['wbe', ['web', 'we'], ['we', 'web']],
  ['payments', ['a', 'web'], []],
  ['x', [], []],
])('names what is close to %s', (name, candidates, expected) => {
  expect(closest(name, candidates)).toEqual(expected);
});
