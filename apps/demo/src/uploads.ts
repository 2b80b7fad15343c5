import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type UploadFolder = 'receipts' | 'mail' | 'reports';

/** Files that workers write and others serve, in a directory that they share. */
export class Uploads {
  readonly #directory: string;
  readonly #writer: string;

  /** @param writer unique among those who write, so that two never write into one unfinished file */
  constructor(directory: string, writer: string) {
    this.#directory = directory;
    this.#writer = writer;
  }

  /** Whoever reads sees the whole file or none, also after a crash. A name that is there is replaced. */
  async write(folder: UploadFolder, name: string, text: string): Promise<void> {
    const path = join(this.#directory, folder, name);
    const unfinished = join(this.#directory, folder, `.${name}.${this.#writer}`);
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(unfinished, 'w');
    await file.writeFile(text);
    await file.sync();
    await rename(unfinished, path);
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
