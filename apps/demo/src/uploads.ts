import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type UploadFolder = 'receipts' | 'mail' | 'reports';

/** Files that workers write and others serve, in a directory that they share. */
export class Uploads {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Whoever reads sees the whole file or none, also after a crash, and however many write it at once. A name that is there is replaced. */
  async write(folder: UploadFolder, name: string, text: string): Promise<void> {
    const path = join(this.#directory, folder, name);
    const unfinished = join(this.#directory, folder, `.${name}.${randomUUID()}`);
    await mkdir(dirname(path), { recursive: true });
    try {
      await using file = await open(unfinished, 'wx');
      await file.writeFile(text);
      await file.sync();
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  /** Undefined where there is none. */
  async read(folder: UploadFolder, name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#directory, folder, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }
}
