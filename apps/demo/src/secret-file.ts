import { readSettingFile, SettingFileError } from '@signalbox/service-runtime/settings';

import { ShopStartError } from './errors.ts';

/** What the file holds that a variable names. Throws a ShopStartError of one line that names both, and nothing of what the file holds. */
export function readSecretFile(variable: string, path: string): string {
  try {
    return readSettingFile(path);
  } catch (error) {
    if (error instanceof SettingFileError) {
      throw new ShopStartError(`${variable}: the file "${path}": ${error.message}`, { cause: error });
    }
    throw error;
  }
}
