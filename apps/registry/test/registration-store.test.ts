import { join } from 'node:path';

import { temporaryDirectory } from '@signalbox/testkit';

import { SqlStore } from '../src/store/sql-store.ts';
import { sqliteDialect } from '../src/store/sqlite-dialect.ts';
import { memoryDisk, MemoryStore } from './memory-store.ts';
import { describeRegistrationStore } from './registration-store.conformance.ts';

describeRegistrationStore('SqlStore on SQLite', async () => {
  const directory = await temporaryDirectory();
  return {
    open: () => SqlStore.open(sqliteDialect(join(directory.path, 'registry.db'))),
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
