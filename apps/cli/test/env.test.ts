import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { signalbox, writeFiles } from './command-line.ts';
import { readAsComposeGo, readAsPythonDotenv } from './compose-readers.ts';

const FILES = {
  'env/common.env': 'TITLE="Shop & Sons #1"\nSECRET_KEY=${secret:file/shop-key}\n',
  'env/api.env': 'PORT=8000\n',
  'env/production/api.env': 'PORT=8001\n',
  'env/api.service.yaml': 'imports: [{ group: database, prefix: DATABASE }]\n',
  'env/api.schema.json': '{ "properties": { "PORT": { "type": "integer", "minimum": 1024 } } }',
  'env/database.env': 'HOST=db\nPASSWORD=${secret:file/db-password}\n',
};

async function repository(files: Readonly<Record<string, string>> = FILES) {
  const directory = await temporaryDirectory();
  await writeFiles(directory.path, files);
  return directory;
}

function env(directory: string, ...flags: readonly string[]) {
  return signalbox(['env', 'api', '--env', 'production', '--dir', directory, ...flags]);
}

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      server.close().closeAllConnections();
    },
  };
}

describe('an env file', () => {
  it('holds common and own keys bare, those of groups behind their prefix, and of secrets the file', async () => {
    await using directory = await repository();

    const { exitCode, out, error } = await env(directory.path);

    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    for (const read of [readAsPythonDotenv, readAsComposeGo]) {
      expect(Object.fromEntries(read(out))).toEqual({
        DATABASE_HOST: 'db',
        DATABASE_PASSWORD_FILE: '/run/secrets/db-password',
        PORT: '8001',
        SECRET_KEY_FILE: '/run/secrets/shop-key',
        TITLE: 'Shop & Sons #1',
      });
    }
  });

  it('names the files of secrets where it is told that they are', async () => {
    await using directory = await repository();

    const { out } = await env(directory.path, '--secrets-at', '/etc/shop');

    expect(out).toContain('SECRET_KEY_FILE=/etc/shop/shop-key\n');
  });

  it.each(['/run/my secrets', '/run/secrets #2', '/run/a\nPORT=1'])(
    'quotes the name of a directory of secrets: %j',
    async (secretsAt) => {
      await using directory = await repository();

      const { out } = await env(directory.path, '--secrets-at', secretsAt);

      for (const read of [readAsPythonDotenv, readAsComposeGo]) {
        expect(Object.fromEntries(read(out))).toMatchObject({ SECRET_KEY_FILE: `${secretsAt}/shop-key` });
      }
    },
  );

  it('names no directory of secrets that is not read alike', async () => {
    await using directory = await repository();

    const { exitCode, out, error } = await env(directory.path, '--secrets-at', '${HOME}');

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain('SECRET_KEY is a secret in a directory whose name');
  });

  it('lacks what stands behind symbolic links, which are named', async () => {
    await using directory = await repository();
    await rename(join(directory.path, 'env', 'production'), join(directory.path, 'elsewhere'));
    await symlink('../elsewhere', join(directory.path, 'env', 'production'));
    await symlink('../elsewhere/api.env', join(directory.path, 'env', 'web.env'));
    await writeFiles(directory.path, { 'common/production.yaml': '{}' });

    const { error } = await env(directory.path);

    expect(error.split('\n').map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['env/production', 'env/web.env']),
    );
  });

  it('is not made where nobody has an environment, which is told of the environment alone', async () => {
    await using directory = await repository({ 'api/default.yaml': 'port: 1\n' });

    const { exitCode, error } = await env(directory.path);

    expect({ exitCode, error }).toEqual({ exitCode: 1, error: 'signalbox: unknown environment "production"\n' });
  });

  it('is refused by the name of each variable that it can not hold, and nothing is written', async () => {
    await using directory = await repository({
      ...FILES,
      'api/default.yaml': [
        String.raw`expanded: 'say \${HOME}'`,
        'returned: "a\\r\\nb"',
        'mixed: http://ada:${secret:file/x}@host',
        'vault: ${secret:vault/kv/x#y}',
        'clash: ${secret:file/x}',
        'clashFile: y',
      ].join('\n'),
    });
    const file = join(directory.path, 'api.env');

    const { exitCode, out, error } = await env(directory.path, '--out', file);

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'CLASH',
      'EXPANDED',
      'MIXED',
      'RETURNED',
      'VAULT',
      '',
    ]);
    expect(error).not.toContain('ada');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is not made of a configuration that is not valid, nor of one that is not there', async () => {
    await using directory = await repository({ ...FILES, 'env/production/api.env': 'PORT=80\n' });
    const at = ['--dir', directory.path];

    await expect(env(directory.path)).resolves.toMatchObject({
      exitCode: 1,
      out: '',
      error: 'signalbox: api/production is not valid: /PORT must be >= 1024\n',
    });
    await expect(signalbox(['env', 'apo', '--env', 'production', ...at])).resolves.toMatchObject({
      exitCode: 1,
      error: 'signalbox: unknown service "apo": is it api\n',
    });
    await expect(signalbox(['env', 'api', '--env', 'prod', ...at])).resolves.toMatchObject({ exitCode: 1 });
  });

  it('is not made where two keys have one name', async () => {
    await using directory = await repository({ ...FILES, 'api/default.yaml': 'dbHost: a\ndb: { host: b }\n' });

    const { exitCode, error } = await env(directory.path);

    expect(exitCode).toBe(1);
    expect(error).toBe('signalbox: db.host, dbHost: would all be named DB_HOST in dotenv\n');
  });
});

describe('the file that is written', () => {
  it('is for its owner alone, and takes the place of what was there as a whole', async () => {
    await using repo = await repository();
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'out', 'api.env');
    await mkdir(join(directory.path, 'out'));
    await writeFile(join(directory.path, 'target'), 'untouched');
    await symlink(join(directory.path, 'target'), file);

    const { exitCode, out, error } = await env(repo.path, '--out', file);

    expect({ exitCode, out, error }).toEqual({
      exitCode: 0,
      out: '',
      error: `${file}: 5 variables of api in production\n`,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(readFile(file, 'utf8')).resolves.toContain('PORT=8001\n');
    await expect(readFile(join(directory.path, 'target'), 'utf8')).resolves.toBe('untouched');
    await expect(readdir(join(directory.path, 'out'))).resolves.toEqual(['api.env']);
  });

  it('is for its owner alone where another was for everyone', async () => {
    await using directory = await repository();
    const file = join(directory.path, 'api.env');
    await writeFile(file, 'OLD=1\n');
    await chmod(file, 0o666);

    await env(directory.path, '--out', file);

    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each(['out', 'missing/api.env'])('leaves nothing behind where it can not be written: %s', async (name) => {
    await using directory = await repository({ ...FILES, 'out/keep': '' });

    const { exitCode, error } = await env(directory.path, '--out', join(directory.path, name));

    expect(exitCode).toBe(1);
    expect(error).toContain(`${name} can't be written: `);
    await expect(readdir(directory.path)).resolves.toEqual(['env', 'out']);
  });
});

describe('a config-server', () => {
  it('is asked with the token of the environment, for the label', async () => {
    const asked: unknown[] = [];
    using server = await serve((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.end("PORT=8001\nTITLE='Shop & Sons'\n");
    });
    await using directory = await repository({ token: 'opensesame\n' });

    const { exitCode, out } = await signalbox(
      ['env', 'api', '--env', 'production', '--url', `${server.url}/behind`, '--label', 'v1'],
      { SIGNALBOX_TOKEN_FILE: join(directory.path, 'token') },
    );

    expect(exitCode).toBe(0);
    expect(out).toContain("PORT=8001\nTITLE='Shop & Sons'\n");
    expect(asked).toEqual(['/behind/config/api/production?format=dotenv&label=v1', 'Bearer opensesame']);
  });

  it.each([
    [
      404,
      '{"type":"about:blank","title":"Not Found","status":404,"detail":"unknown service \\"api\\"","code":"x","closest":["app"]}',
      'answered 404: unknown service "api": is it app',
    ],
    [502, '<html>', 'answered 502: not as a config-server does'],
    [302, '', 'redirect'],
    [200, 'x'.repeat(16_777_217), 'answered more than 16777216 bytes'],
    [200, 'not dotenv', 'answered no env file: is not of the form NAME=value'],
  ])('that answers %i is told: %#', async (status, body, reason) => {
    using server = await serve((_, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end(body);
    });

    const { exitCode, out, error } = await signalbox(['env', 'api', '--env', 'production', '--url', server.url], {
      SIGNALBOX_TOKEN: 'opensesame',
    });

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(error).toContain(reason);
    expect(error).not.toContain('opensesame');
  });

  it('that is not there is told', async () => {
    const { exitCode, error } = await signalbox(['env', 'api', '--env', 'production', '--url', 'http://127.0.0.1:1']);

    expect(exitCode).toBe(1);
    expect(error).toContain('http://127.0.0.1:1: ');
  });
});

describe('a command line', () => {
  it.each([
    [['env', 'api'], "required option '--env <environment>' not specified"],
    [['env', '../api', '--env', 'production', '--dir', '.'], "'../api' is invalid"],
    [['env', 'api', '--env', 'production'], 'give either --dir or --url'],
    [['env', 'api', '--env', 'production', '--dir', '.', '--url', 'http://localhost'], 'give either --dir or --url'],
    [['env', 'api', '--env', 'production', '--url', 'file:///etc/passwd'], 'must be an http or https address'],
    [['env', 'api', '--env', 'production', '--url', 'http://localhost', '--label', 'a b'], "argument 'a b' is invalid"],
    [['env', 'api', '--env', 'production', '--dir', '.', '--label', 'v1'], '--label goes with --url'],
    [['env', 'api', '--env', 'production', '--url', 'http://localhost', '--mount', 'env'], '--mount goes with --dir'],
  ])('that is wrong says why, with exit code 2: %j', async (args, reason) => {
    const { exitCode, out, error } = await signalbox(args);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error).toContain(reason);
  });

  it('may give no password in an address, and it is not repeated', async () => {
    const { exitCode, error } = await signalbox([
      'env',
      'api',
      '--env',
      'production',
      '--url',
      'http://ada:opensesame@localhost',
    ]);

    expect(exitCode).toBe(2);
    expect(error).toContain('--url may have no user and no password');
    expect(error).not.toContain('opensesame');
  });

  it('may not give a token twice', async () => {
    const { exitCode, error } = await signalbox(['env', 'api', '--env', 'production', '--url', 'http://127.0.0.1:1'], {
      SIGNALBOX_TOKEN: 'opensesame',
      SIGNALBOX_TOKEN_FILE: '/run/secrets/token',
    });

    expect(exitCode).toBe(2);
    expect(error).toBe('signalbox: SIGNALBOX_TOKEN_FILE: contradicts SIGNALBOX_TOKEN, which is given too\n');
  });
});
