import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import type { SignalboxError } from '../errors.ts';

import { CurrentConfiguration } from './current-configuration.ts';
import { DirectoryWatch } from './directory-watch.ts';

const SERVED = { version: 'a', etag: 'a', configuration: {} };
const ACCEPTED = { ...SERVED, served: {}, variables: new Map(), value: {} };
const LOOK_EVERY_MS = 10_000;
const SETTLE_MS = 50;

it('a folder that can not be watched is told once, and keeps no watch of the others open', async () => {
  await using directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'common'));
  const clock = new FakeClock();
  const problems: string[] = [];
  const report = ({ message }: SignalboxError) => problems.push(message);
  const current = new CurrentConfiguration(report, 'directory');
  current.begin({ accepted: ACCEPTED, source: 'directory' });
  let open = 0;
  let rounds = Promise.withResolvers<undefined>();
  const watch = new DirectoryWatch({
    directory: directory.path,
    clock,
    report,
    current,
    read: () => {
      rounds.resolve(undefined);
      return Promise.resolve(SERVED);
    },
    accept: () => Promise.resolve(ACCEPTED),
    watchFolder: (folder) => {
      if (folder !== directory.path) {
        throw new Error('ENOSPC: no more watches');
      }
      open += 1;
      return {
        close: () => {
          open -= 1;
        },
      };
    },
  });

  for (let round = 0; round < 3; round += 1) {
    await rounds.promise;
    rounds = Promise.withResolvers();
    await clock.advance(LOOK_EVERY_MS + SETTLE_MS);
  }
  await watch.close();

  expect(problems).toEqual([`directory ${directory.path} can not be used: ENOSPC: no more watches`]);
  expect(open).toBe(0);
});
