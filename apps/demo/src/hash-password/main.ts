import { text } from 'node:stream/consumers';

import { hashPassword } from '../auth/password-hash.ts';

const password = (await text(process.stdin)).replace(/\r?\n$/, '');
if (password === '') {
  process.stderr.write('hash-password: no password on standard input\n');
  process.exitCode = 1;
} else {
  process.stdout.write(`${await hashPassword(password)}\n`);
}
