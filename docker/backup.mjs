/**
 * Copies what a config-server or a registry keeps, while it runs: node docker/backup.mjs DATA_DIRECTORY BACKUP_DIRECTORY.
 * Needs Node 22.16 or later, and git for a repository; nothing else. Each copy is of one moment, and is looked over.
 *
 * BACKUP_DIRECTORY must not be there yet, and is there at the end as a whole or not at all. To restore it, copy what it holds
 * into an empty data directory before the server is started.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { backup, DatabaseSync } from 'node:sqlite';

/** Before the audit, which is written first: of no commit in the copy is the audit without an entry. */
const REPOSITORY = 'config.git';
const DATABASES = ['audit.db', 'registry.db'];

async function copyData(data, target) {
  if (existsSync(target)) {
    throw new Error(`${target} is there already`);
  }
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const copied = [];
  if (existsSync(join(data, REPOSITORY))) {
    copyRepository(join(data, REPOSITORY), join(unfinished, REPOSITORY));
    copied.push(REPOSITORY);
  }
  for (const name of DATABASES.filter((each) => existsSync(join(data, each)))) {
    await copyDatabase(join(data, name), join(unfinished, name));
    copied.push(name);
  }
  if (copied.length === 0) {
    rmSync(unfinished, { recursive: true });
    throw new Error(`${data} has none of ${[REPOSITORY, ...DATABASES].join(', ')}`);
  }
  renameSync(unfinished, target);
  return copied;
}

/** Over Git's own transport, which reads references and what they lead to as of one moment; as files they may be of two. */
function copyRepository(source, target) {
  git('clone', '--quiet', '--mirror', '--no-local', source, target);
  // It says which references those who push may not touch, and none of where the copy came from.
  copyFileSync(join(source, 'config'), join(target, 'config'));
  git('-C', target, 'fsck', '--no-progress', '--no-dangling');
}

function git(...args) {
  execFileSync('git', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function copyDatabase(source, target) {
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    await backup(database, target);
  } finally {
    database.close();
  }
  const copy = new DatabaseSync(target);
  try {
    const found = copy.prepare('PRAGMA integrity_check').all();
    if (found.length !== 1 || found[0].integrity_check !== 'ok') {
      throw new Error(`the copy of ${source} is damaged: ${JSON.stringify(found[0])}`);
    }
  } finally {
    copy.close();
  }
}

const [, , data, target, ...rest] = process.argv;
try {
  if (data === undefined || target === undefined || rest.length > 0) {
    throw new Error('node docker/backup.mjs DATA_DIRECTORY BACKUP_DIRECTORY');
  }
  const copied = await copyData(data, target);
  process.stdout.write(`copied to ${target}: ${copied.join(', ')}\n`);
} catch (error) {
  process.stderr.write(`backup: ${error.message}\n`);
  process.exitCode = 1;
}
