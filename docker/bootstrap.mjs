/**
 * Makes the secrets that docker/compose.yaml mounts: node docker/bootstrap.mjs [DIRECTORY]. Needs nothing but Node 20.
 *
 * What is there is never made again, so that it may be run as often as one likes, also after it was killed: a secret is there as a whole or
 * not at all. What is derived from another secret, and no longer fits it, ends the run with a line that says so.
 */
import { createHash, generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Whom the servers know, and what for. The operator is whoever runs this; the others are services of docker/compose.yaml. */
const CALLERS = [
  { name: 'operator', role: 'admin' },
  { name: 'gateway', role: 'reader', environments: ['production'] },
  ...[
    { name: 'web', services: ['web', 'orders', 'products', 'auth', 'worker'] },
    { name: 'orders', services: ['orders', 'orders-*', 'products'] },
    { name: 'products', services: ['products'] },
    { name: 'auth', services: ['auth'] },
    { name: 'worker', services: ['worker'] },
  ].map((service) => ({ ...service, role: 'service', environments: ['production'] })),
];

/** The first customer of the shop; the password is in shop-password. */
const CUSTOMER = 'alice';

/** 256 bits. */
const SECRET_BYTES = 32;

/** What apps/demo takes: one of OWASP's minimums (Password Storage Cheat Sheet), with N = 2^14. */
const SCRYPT = { ln: 14, r: 8, p: 5 };
const SCRYPT_BYTES = 32;
const SCRYPT_HEAD = `$scrypt$ln=${SCRYPT.ln},r=${SCRYPT.r},p=${SCRYPT.p}$`;

/** For the operator's eyes alone. */
const PRIVATE = 0o600;
/** For containers, whose users are not the one who runs this: what keeps others of this machine out is the directory. */
const MOUNTED = 0o644;
const DIRECTORY = 0o700;

/**
 * In the order in which they are made. `make` may read those before it; `fits` tells whether what is there still fits them.
 */
const SECRETS = [
  ...CALLERS.map(({ name }) => ({
    name: `${name}-token`,
    mode: name === 'operator' ? PRIVATE : MOUNTED,
    make: randomSecret,
  })),
  { name: 'tokens.json', mode: MOUNTED, make: tokens, fits: knowsEveryCaller, of: 'a *-token' },
  { name: 'postgres-password', mode: MOUNTED, make: randomSecret },
  { name: 'shop-database-password', mode: MOUNTED, make: randomSecret },
  { name: 'signalbox-database-password', mode: MOUNTED, make: randomSecret },
  {
    name: 'signalbox-database-url',
    mode: MOUNTED,
    make: databaseUrl,
    fits: hasDatabasePassword,
    of: 'signalbox-database-password',
  },
  { name: 'redis-password', mode: MOUNTED, make: randomSecret },
  { name: 'redis-auth.conf', mode: MOUNTED, make: redisAuth, fits: isAsMade(redisAuth), of: 'redis-password' },
  { name: 'grafana-password', mode: MOUNTED, make: randomSecret },
  { name: 'shop-auth-key.pem', mode: MOUNTED, make: signingKey },
  { name: 'shop-password', mode: PRIVATE, make: randomSecret },
  { name: 'shop-users.json', mode: MOUNTED, make: users, fits: letsCustomerIn, of: 'shop-password' },
];

function randomSecret() {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function digestOf(token) {
  return createHash('sha256').update(token).digest('hex');
}

function tokens(read) {
  const entries = CALLERS.map((caller) => ({ ...caller, sha256: digestOf(read(`${caller.name}-token`)) }));
  return JSON.stringify(entries, undefined, 2);
}

/** Entries may have been added, and roles changed. */
function knowsEveryCaller(text, read) {
  return CALLERS.every(({ name }) => text.includes(digestOf(read(`${name}-token`))));
}

function databaseUrl(read) {
  return `postgres://signalbox:${read('signalbox-database-password')}@postgres/signalbox`;
}

/** Where the database is may have been changed. */
function hasDatabasePassword(text, read) {
  return text.includes(`:${read('signalbox-database-password')}@`);
}

function redisAuth(read) {
  return `requirepass ${read('redis-password')}`;
}

function isAsMade(make) {
  return (text, read) => text === make(read);
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).trimEnd();
}

function users(read) {
  const password = passwordHash(read('shop-password'), randomBytes(16));
  return JSON.stringify([{ user: CUSTOMER, password }], undefined, 2);
}

/** Users may have been added, and the first one taken out, or given a password of another cost. */
function letsCustomerIn(text, read) {
  const { password } = usersIn(text).find((entry) => entry?.user === CUSTOMER) ?? {};
  const isAsMade = typeof password === 'string' && password.startsWith(SCRYPT_HEAD);
  return !isAsMade || password === passwordHash(read('shop-password'), saltOf(password));
}

function usersIn(text) {
  try {
    const entries = JSON.parse(text);
    if (Array.isArray(entries)) {
      return entries;
    }
  } catch {
    // the error quotes the file
  }
  throw new BootstrapError('shop-users.json is no list in JSON: mend it, or remove it');
}

/** In the PHC string format: base64 without padding. */
function passwordHash(password, salt) {
  const { ln, r, p } = SCRYPT;
  const N = 2 ** ln;
  const hash = scryptSync(password, salt, SCRYPT_BYTES, { N, r, p, maxmem: 256 * N * r });
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `${SCRYPT_HEAD}${saltText}$${hashText}`;
}

function saltOf(password) {
  return Buffer.from(password.slice(SCRYPT_HEAD.length).split('$', 1)[0], 'base64');
}

class BootstrapError extends Error {}

class SecretsDirectory {
  #path;

  constructor(path) {
    this.#path = path;
    mkdirSync(path, { recursive: true });
    chmodSync(path, DIRECTORY);
    this.#removeUnfinished();
  }

  /** Whether it had to be made. */
  ensure({ name, mode, make, fits, of }) {
    const read = (other) => this.#read(other);
    const isMade = !existsSync(this.#file(name)) && this.#write(name, make(read));
    chmodSync(this.#file(name), mode);
    if (fits !== undefined && !fits(read(name), read)) {
      throw new BootstrapError(
        `${this.#shown(name)} was made of ${of} that has changed since: remove it, or put that back`,
      );
    }
    return isMade;
  }

  #read(name) {
    const text = readFileSync(this.#file(name), 'utf8').trimEnd();
    if (text === '') {
      throw new BootstrapError(`${this.#shown(name)} is empty: remove it`);
    }
    return text;
  }

  /** Whether it was this process that put it there: a link, unlike a rename, replaces nothing. */
  #write(name, text) {
    const unfinished = this.#file(`.${name}.${process.pid}`);
    const descriptor = openSync(unfinished, 'wx', PRIVATE);
    try {
      writeFileSync(descriptor, `${text}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    try {
      linkSync(unfinished, this.#file(name));
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') {
        return false;
      }
      throw error;
    } finally {
      rmSync(unfinished);
    }
  }

  /** What a process left that was killed; one that runs is left alone. */
  #removeUnfinished() {
    for (const entry of readdirSync(this.#path)) {
      const pid = /^\..+\.(\d+)$/.exec(entry)?.[1];
      if (pid !== undefined && !isRunningElsewhere(Number(pid))) {
        rmSync(this.#file(entry));
      }
    }
  }

  #file(name) {
    return join(this.#path, name);
  }

  #shown(name) {
    return relative('', this.#file(name));
  }
}

/** A process that was killed may have had the id of this one. */
function isRunningElsewhere(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

try {
  const [path = fileURLToPath(new URL('secrets', import.meta.url))] = process.argv.slice(2);
  const directory = new SecretsDirectory(path);
  const made = SECRETS.filter((secret) => directory.ensure(secret));
  process.stdout.write(`bootstrap: ${made.length} secrets made, ${SECRETS.length - made.length} were there\n`);
} catch (error) {
  const line = error instanceof BootstrapError || error.code !== undefined ? error.message : error.stack;
  process.stderr.write(`bootstrap: ${line}\n`);
  process.exitCode = 1;
}
