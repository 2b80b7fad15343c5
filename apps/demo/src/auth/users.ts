import * as z from 'zod';

import { readSettingFile } from '@signalbox/service-runtime/settings';

import { ShopStartError } from '../errors.ts';
import { parsePasswordHash, type PasswordHash } from './password-hash.ts';

const VARIABLE = 'SHOP_AUTH_USERS_FILE';
const MAX_USERS = 500;

const UsersFile = z
  .array(
    z.strictObject({
      user: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'must be 1 to 64 letters, digits or ._@-'),
      password: z
        .string()
        .transform(parsePasswordHash)
        .refine((hash) => hash !== undefined, 'must be a hash such as $scrypt$ln=14,r=8,p=5$SALT$HASH'),
    }),
  )
  .min(1)
  .max(MAX_USERS);

export type Users = ReadonlyMap<string, PasswordHash>;

/**
 * Users by name, from a file `[{ "user": "ada", "password": "$scrypt$…" }]`. Throws a ShopStartError, or a
 * SettingsError where it can't be read, that names the variable and what is wrong, and repeats no hash.
 */
export function readUsers(path: string): Users {
  const parsed = UsersFile.safeParse(parseJson(readSettingFile(VARIABLE, path)));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the list'}: ${message}`);
    throw new ShopStartError(`${VARIABLE}: ${problems.join('; ')}`);
  }
  const users = new Map<string, PasswordHash>();
  for (const { user, password } of parsed.data) {
    if (users.has(user)) {
      throw new ShopStartError(`${VARIABLE}: "${user}" is there twice`);
    }
    users.set(user, password);
  }
  return users;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ShopStartError(`${VARIABLE}: is no JSON`); // the error of JSON.parse quotes the file
  }
}
