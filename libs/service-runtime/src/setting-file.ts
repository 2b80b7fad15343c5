import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { SettingsError } from './errors.ts';

/** Far beyond a password, a token or a URL; a private key of 16,384 bits takes 13 KB. */
const MAX_BYTES = 65_536;

/** The message says why a file can't stand for a setting. */
class SettingFileError extends Error {
  override readonly name = 'SettingFileError';
}

/**
 * The content of a file that a variable names and that holds one setting, as container engines mount secrets: UTF-8, at most 64 KiB, without
 * the newline that editors and `echo` put at the end. Throws a SettingsError of one line for a file that is missing, not a regular one, empty
 * or too large: it names the variable and the file, and nothing of what that holds.
 */
export function readSettingFile(variable: string, path: string): string {
  try {
    return contentOf(path);
  } catch (error) {
    if (error instanceof SettingFileError) {
      throw new SettingsError(`${variable}: the file "${path}": ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function contentOf(path: string): string {
  const value = decoded(readBounded(path)).replace(/\r?\n$/, '');
  if (value.trim() === '') {
    throw new SettingFileError('is empty');
  }
  return value;
}

function readBounded(path: string): Buffer {
  let descriptor: number;
  try {
    // A pipe that nobody writes to would be waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new SettingFileError((error as NodeJS.ErrnoException).message, { cause: error }); // fs throws nothing else
  }
  try {
    if (!fstatSync(descriptor).isFile()) {
      throw new SettingFileError('is not a regular file');
    }
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(descriptor, bytes);
    if (length > MAX_BYTES) {
      throw new SettingFileError(`is larger than ${MAX_BYTES} bytes`);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SettingFileError('is not UTF-8', { cause: error });
  }
}
