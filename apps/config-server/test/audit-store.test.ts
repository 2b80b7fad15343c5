import { join } from 'node:path';

import { temporaryDirectory } from '@signalbox/testkit';

import type { AuditEntry } from '../src/editing/audit-store.ts';

import { SqlAuditStore } from '../src/audit/sql-audit-store.ts';
import { describeAuditStore } from './audit-store.conformance.ts';
import { MemoryAuditStore } from './memory-audit-store.ts';

describeAuditStore('SqlAuditStore on SQLite', async () => {
  const directory = await temporaryDirectory();
  return {
    open: () => SqlAuditStore.open({ kind: 'sqlite', file: join(directory.path, 'audit.db') }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
});

describeAuditStore('MemoryAuditStore', () => {
  const entries = new Map<string, AuditEntry>();
  return Promise.resolve({
    open: () => Promise.resolve(new MemoryAuditStore(entries)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
