import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { DataDirectoryInUseError, UnavailableError } from './errors.ts';

/** SQLITE_BUSY of the SQLite result codes: another connection holds the lock. */
const SQLITE_BUSY = 5;

/**
 * Makes the directory (0700) if there is none and takes it for this process until disposed. The lock is SQLite's on a file in it:
 * the operating system lets go of it when the process ends, however it ends, so nothing stale is ever left behind.
 * It holds between containers that share a volume too, whose process ids say nothing about each other: the message names the host.
 * Throws DataDirectoryInUseError when another process holds it, UnavailableError when it can't be made or written.
 */
export function lockDataDirectory(directory: string, pid: number, host = hostname()): Disposable {
  const ownerFile = join(directory, 'owner');
  try {
    makeDirectory(resolve(directory));
    const database = takeLock(join(directory, 'lock.db'));
    writeFileSync(ownerFile, `${pid}\n${host}\n`);
    return {
      [Symbol.dispose]: () => {
        database.close();
      },
    };
  } catch (error) {
    if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) {
      // node:sqlite does not export its error class
      throw new DataDirectoryInUseError(directory, ownerOf(ownerFile, host));
    }
    throw new UnavailableError(`the data directory ${directory} can not be used: ${(error as Error).message}`, {
      // fs and sqlite throw nothing else
      cause: error,
    });
  }
}

/** Level by level: Node's own recursive mkdir spins for ever where a parent exists and takes no directories, as /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) {
    return;
  }
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(directory)) {
      throw error;
    } // another process made it meanwhile
  }
}

function takeLock(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The id of the process, with its host where that is another. */
function ownerOf(file: string, ownHost: string): string | undefined {
  try {
    const [pid = '', host = ownHost] = readFileSync(file, 'utf8').trim().split('\n');
    return host === ownHost ? pid : `${pid} on ${host}`;
  } catch {
    return undefined; // the owner took the lock and has not written its id yet
  }
}
