import { join } from 'node:path';

import { Ownership } from '@signalbox/database';
import { temporaryDirectory } from '@signalbox/testkit';

import { SqlStore } from '../src/store/sql-store.ts';
import { memoryDisk, MemoryStore } from './memory-store.ts';
import { describeRegistrationStore } from './registration-store.conformance.ts';

describeRegistrationStore('SqlStore on SQLite', async () => {
  const directory = await temporaryDirectory();
  return {
    open: () =>
      SqlStore.open({ kind: 'sqlite', file: join(directory.path, 'registry.db') }, { ownership: new Ownership() }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
});

describeRegistrationStore('MemoryStore', () => {
  const disk = memoryDisk();
  return Promise.resolve({
    open: () => Promise.resolve(new MemoryStore(disk)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
