import { execFile, spawn } from 'node:child_process';
import { createHash, createPrivateKey, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

const execute = promisify(execFile);
const BOOTSTRAP = join(import.meta.dirname, '../../../docker/bootstrap.mjs');
/** Only the operator of this machine reads these; containers read the others, as users of their own. */
const PRIVATE = ['operator-token', 'shop-password'];

function bootstrap(directory: string) {
  return execute(process.execPath, [BOOTSTRAP, directory]);
}

/** What bootstrap prints on standard error where it ends with code 1. */
async function refusalOf(directory: string): Promise<string> {
  const failed = await bootstrap(directory).then(
    () => undefined,
    (error: unknown) => error as { code: number; stderr: string }, // what execFile rejects with
  );
  expect(failed?.code).toBe(1);
  return failed?.stderr ?? '';
}

async function contentsOf(directory: string): Promise<Record<string, string>> {
  const names = await readdir(directory);
  const texts = names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

function lineOf(text: string | undefined): string {
  return text?.trimEnd() ?? '';
}

describe('the bootstrap step', { timeout: 60_000 }, () => {
  it('makes every secret in a directory that is the own of who runs it', async () => {
    await using directory = await temporaryDirectory();
    const secrets = join(directory.path, 'secrets');

    const { stdout } = await bootstrap(secrets);

    const names = await readdir(secrets);
    expect(stdout).toBe(`bootstrap: ${names.length} secrets made, 0 were there\n`);
    await expect(modeOf(secrets)).resolves.toBe('700');
    for (const name of names) {
      await expect(modeOf(join(secrets, name)), name).resolves.toBe(PRIVATE.includes(name) ? '600' : '644');
    }
  });

  it('changes nothing when it is run again, and puts modes right', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    const before = await contentsOf(directory.path);
    await rm(join(directory.path, 'grafana-password'));
    await chmod(join(directory.path, 'web-token'), 0o600);
    await chmod(directory.path, 0o755);

    const { stdout } = await bootstrap(directory.path);

    const after = await contentsOf(directory.path);
    expect(stdout).toMatch(/^bootstrap: 1 secrets made, \d+ were there\n$/);
    expect({ ...after, 'grafana-password': '' }).toEqual({ ...before, 'grafana-password': '' });
    expect(after['grafana-password']).not.toBe(before['grafana-password']);
    await expect(modeOf(join(directory.path, 'web-token'))).resolves.toBe('644');
    await expect(modeOf(directory.path)).resolves.toBe('700');
  });

  it('tells no secret', async () => {
    await using directory = await temporaryDirectory();

    const { stdout, stderr } = await bootstrap(directory.path);

    for (const [name, text] of Object.entries(await contentsOf(directory.path))) {
      expect(stdout + stderr, name).not.toContain(lineOf(text));
    }
  });

  it('gives servers the digests of tokens, and every caller a role that fits', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    const contents = await contentsOf(directory.path);

    const entries = JSON.parse(contents['tokens.json'] ?? '') as { name: string; role: string; sha256: string }[];

    expect(entries.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'operator admin',
      'gateway reader',
      'web service',
      'orders service',
      'products service',
      'auth service',
      'worker service',
    ]);
    for (const { name, sha256 } of entries) {
      const token = lineOf(contents[`${name}-token`]);
      expect(createHash('sha256').update(token).digest('hex')).toBe(sha256);
      expect(contents['tokens.json']).not.toContain(token);
    }
  });

  it('lets the first customer in by a password that only its hash is kept of', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    const contents = await contentsOf(directory.path);

    const [{ user, password }] = JSON.parse(contents['shop-users.json'] ?? '') as [{ user: string; password: string }];

    const [, , , salt = '', hash = ''] = password.split('$');
    const derived = scryptSync(lineOf(contents['shop-password']), Buffer.from(salt, 'base64'), 32, {
      N: 2 ** 14,
      r: 8,
      p: 5,
      maxmem: 64 * 1024 * 1024,
    });
    expect(user).toBe('alice');
    expect(password).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    expect(derived.toString('base64').replace('=', '')).toBe(hash);
  });

  it('makes a key that tokens can be signed with', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);

    const key = createPrivateKey(await readFile(join(directory.path, 'shop-auth-key.pem'), 'utf8'));

    expect(key.asymmetricKeyType).toBe('ed25519');
  });

  it('leaves a set that can be completed wherever it is killed', async () => {
    await using directory = await temporaryDirectory();
    const secrets = directory.path;
    const killed = spawn(process.execPath, [BOOTSTRAP, secrets], { stdio: 'ignore' });
    const changes = watch(secrets, (_event, name) => {
      if (name === 'tokens.json') {
        killed.kill('SIGKILL');
      }
    });
    await once(killed, 'exit');
    changes.close();
    const before = await contentsOf(secrets);

    await bootstrap(secrets);

    const after = await contentsOf(secrets);
    const whole = Object.keys(before).filter((name) => !name.startsWith('.'));
    expect(whole).not.toEqual([]);
    for (const name of whole) {
      expect(after[name], name).toBe(before[name]);
    }
    expect(Object.keys(after).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(Object.keys(after)).toContain('shop-users.json');
  });

  it('removes what a killed run left half written', async () => {
    await using directory = await temporaryDirectory();
    const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(ended, 'exit');
    await writeFile(join(directory.path, `.web-token.${ended.pid ?? 0}`), 'half a tok');

    await bootstrap(directory.path);

    const { 'web-token': token, ...others } = await contentsOf(directory.path);
    expect(lineOf(token)).toHaveLength(43);
    expect(Object.keys(others).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('makes one set of secrets where two run at once', async () => {
    await using directory = await temporaryDirectory();

    await Promise.all([bootstrap(directory.path), bootstrap(directory.path)]);

    await expect(bootstrap(directory.path)).resolves.toMatchObject({
      stdout: expect.stringMatching(/: 0 secrets made/) as string,
    });
  });

  it.each([
    ['redis-password', 'redis-auth.conf'],
    ['web-token', 'tokens.json'],
    ['signalbox-database-password', 'signalbox-database-url'],
    ['shop-password', 'shop-users.json'],
  ])('refuses to go on where %s is another than %s was made of', async (source, derived) => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    await writeFile(join(directory.path, source), 'hunter2\n');

    const refusal = await refusalOf(directory.path);

    expect(refusal).toMatch(/^bootstrap: .+ was made of .+ that has changed since: remove it, or put that back\n$/);
    expect(refusal).toContain(derived);
    expect(refusal).not.toContain('hunter2');
  });

  it('refuses to go on with a secret that is empty, and names it', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'redis-password'), '\n');

    await expect(refusalOf(directory.path)).resolves.toMatch(/^bootstrap: .+redis-password is empty: remove it\n$/);
  });

  it('keeps users that took the place of the first', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    const file = join(directory.path, 'shop-users.json');
    const [first] = JSON.parse(await readFile(file, 'utf8')) as [{ password: string }];
    const others = JSON.stringify([{ ...first, user: 'grace' }]);
    await writeFile(file, others);
    await writeFile(join(directory.path, 'shop-password'), 'another\n');

    await bootstrap(directory.path);

    await expect(readFile(file, 'utf8')).resolves.toBe(others);
  });

  it.each(['[{ "password": "hunter2" ]', '{}'])('refuses to go on with users that are no list: %s', async (users) => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    await writeFile(join(directory.path, 'shop-users.json'), users);

    const refusal = await refusalOf(directory.path);

    expect(refusal).toBe('bootstrap: shop-users.json is no list in JSON: mend it, or remove it\n');
  });

  it('keeps callers that were added to the tokens of the servers', async () => {
    await using directory = await temporaryDirectory();
    await bootstrap(directory.path);
    const file = join(directory.path, 'tokens.json');
    const entries = JSON.parse(await readFile(file, 'utf8')) as unknown[];
    const more = JSON.stringify([...entries, { name: 'ci', role: 'writer', sha256: '0'.repeat(64) }]);
    await writeFile(file, more);

    await bootstrap(directory.path);

    await expect(readFile(file, 'utf8')).resolves.toBe(more);
  });
});
