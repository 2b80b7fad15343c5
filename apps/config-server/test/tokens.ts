import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

/** Token to whom it names. */
export type Tokens = Readonly<Record<string, { name: string; role: string; services?: string[] }>>;

/** Writes a tokens file, and answers where it is. */
export async function writeTokens(directory: string, tokens: Tokens): Promise<string> {
  const file = join(directory, 'tokens.json');
  const entries = Object.entries(tokens).map(([token, named]) => ({ ...named, sha256: sha256(token) }));
  await writeFile(file, JSON.stringify(entries));
  return file;
}
