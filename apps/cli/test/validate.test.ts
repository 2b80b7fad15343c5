import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { signalbox, writeFiles } from './command-line.ts';

const GOOD = {
  'common/default.yaml': 'logLevel: info\n',
  'orders/default.yaml': 'db:\n  port: 5432\n  password: ${secret:file/orders}\n',
  'orders/production.yaml': 'db: { port: 6432 }\n',
  'orders/schema.json': JSON.stringify({
    required: ['db'],
    properties: {
      db: { properties: { port: { minimum: 1024 }, password: { minLength: 8 } } },
      url: { type: 'string', format: 'uri', maxLength: 20 },
      name: { type: 'integer' },
      pin: { type: 'string', writeOnly: true },
      items: { type: 'array', items: { type: 'integer' } },
    },
    additionalProperties: { type: 'string' },
  }),
  'web/staging.env': 'PORT=8080\n',
};

async function validate(files: Readonly<Record<string, string | Uint8Array>>) {
  await using directory = await temporaryDirectory();
  await writeFiles(directory.path, files);
  return await signalbox(['validate', directory.path]);
}

describe('a directory without a flaw', () => {
  it('is summed up without a value, with exit code 0', async () => {
    await expect(validate(GOOD)).resolves.toEqual({
      exitCode: 0,
      error: '',
      out: [
        '4 configurations valid: every service in every environment',
        '  orders  production, staging: 3 keys, 1 of them by reference to a secret',
        '  web     production, staging: 2 keys',
        '',
      ].join('\n'),
    });
  });
});

describe('what is wrong', () => {
  it('is told all at once, each with its line, its pointer, its value and whom it breaks', async () => {
    const { exitCode, out } = await validate({
      ...GOOD,
      'orders/default.yaml': 'db:\n  port: 80\nname: Ada\nitems: [1, two]\n',
      'web/staging.env': 'PORT=8080\nnothing\n',
      'web/default.properties': 'a.b=1\na=2\n',
      'common/staging.yaml': 'logLevel: [\n',
    });

    expect(exitCode).toBe(1);
    expect(out).toBe(
      [
        'common/staging.yaml:2: flow sequence in block collection must be sufficiently indented and end with a ]',
        '    in orders/staging, web/staging',
        'orders/default.yaml:3: /name must be integer, is string (value: "Ada")',
        '    in orders/production',
        'orders/default.yaml:4: /items/1 must be integer, is string (value: "two")',
        '    in orders/production',
        'web/default.properties:2: has the key "a", which is a map in line 1',
        '    in web/production, web/staging',
        'web/staging.env:2: is not of the form NAME=value, or has a quote without its end',
        '    in web/staging',
        '',
        '5 problems; 4 of 4 configurations broken',
        '',
      ].join('\n'),
    );
  });

  it('is named once where it breaks everything, and counted where it breaks much', async () => {
    const environments = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [`web/${name}.yaml`, '']),
    );

    const everything = await validate({ ...environments, 'common/default.yaml': 'a: ${b}\n' });
    const much = await validate({ ...environments, 'orders/default.yaml': 'a: ${b}\n' });

    expect(everything.out).toContain('common/default.yaml:1: /a refers to ${b}');
    expect(everything.out).toContain('in every service and environment\n');
    expect(much.out).toContain('in orders/a, orders/b, orders/c, orders/d, orders/e, orders/f and 1 more\n');
  });

  it('may be a schema, an import, or something that is missing', async () => {
    const { exitCode, out } = await validate({
      ...GOOD,
      'orders/default.yaml': '',
      'orders/production.yaml': '',
      'web/schema.json': '{ "properties": { "a": { "typ": "integer" } } }',
      'shop/service.yaml': 'imports: [pricing]\n',
    });

    expect(exitCode).toBe(1);
    expect(out).toContain('/db is required\n');
    expect(out).toContain('web/schema.json is no usable schema: strict mode: unknown keyword: "typ"\n');
    expect(out).toContain('shop/service.yaml:1: imports the group "pricing", which has no folder\n');
  });

  it('is told without what would move the cursor of a terminal', async () => {
    const { out } = await validate({ ...GOOD, 'web/default.json': String.raw`{ "a\u001b[2J": "$\u007bb}" }` });

    expect(out).toContain(String.raw`a\u001b[2J`);
    expect(out).not.toContain('\u001b');
  });
});

describe('a secret', () => {
  it.each([
    ['by its name', 'db: { port: 2000, password: hunter2 }', '/db/password'],
    ['by its schema', 'db: {}\npin: [hunter2]', '/pin'],
    ['by its schema, and no text', 'db: {}\npin: 55555', '/pin'],
    ['by its address', 'db: {}\nurl: "http://ada:hunter2@localhost/"', '/url'],
    ['beside a reference', 'db: {}\nname: "${secret:file/x}hunter2"', 'valid'],
    ['in a map', 'db: {}\nother: { word: hunter2 }', '/other'],
  ])('%s is never told', async (...[, text, told]) => {
    const { out, error } = await validate({ ...GOOD, 'orders/production.yaml': '', 'orders/default.yaml': text });

    expect(out).not.toMatch(/hunter2|55555/);
    expect(error).toBe('');
    expect(out).toContain(told);
  });

  it.each([
    ['orders/default.yaml', 'password: "hunter2\nport: 1\n'],
    ['orders/default.yaml', 'password: hunter2: x\n'],
    ['orders/default.yaml', 'password: *hunter2\n'],
    ['orders/default.json', '{ "password": "hunter2" "port": 1 }'],
    ['orders/default.env', "PASSWORD='hunter2\n"],
    ['orders/default.env', 'hunter2\n'],
    ['orders/default.properties', String.raw`password=hunter2\u12`],
  ])('in a document that can not be read is not told either: %s %j', async (path, text) => {
    const { exitCode, out } = await validate({ [path]: text, 'orders/production.yaml': '' });

    expect(exitCode).toBe(1);
    expect(out).toContain(path);
    expect(out).not.toContain('hunter2');
  });
});

describe('a directory', () => {
  it.each(['nowhere', 'file'])('that is none is a mistake of the caller: %s', async (name) => {
    await using directory = await temporaryDirectory();
    await writeFiles(directory.path, { file: '' });

    const { exitCode, out, error } = await signalbox(['validate', join(directory.path, name)]);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error).toContain(join(directory.path, name));
  });

  it('without a service is no success: it may be the wrong one', async () => {
    const { exitCode, error } = await validate({ 'README.md': '' });

    expect(exitCode).toBe(1);
    expect(error).toContain('holds no service with an environment: 0 documents were found');
  });

  it('is not left through symbolic links, which are named where a document, or a folder of them, would stand', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(directory.path, { ...GOOD, 'elsewhere.txt': 'logLevel: [\n' });
    await symlink('..', join(directory.path, 'orders', 'loop'));
    await symlink('.', join(directory.path, 'self'));
    await symlink(join(directory.path, 'elsewhere.txt'), join(directory.path, 'orders', 'staging.yaml'));

    const { exitCode, error } = await signalbox(['validate', directory.path]);

    expect(exitCode).toBe(0);
    expect(error.trimEnd().split('\n').toSorted()).toEqual(
      ['orders/staging.yaml', 'self'].map(
        (path) => `${path} is a symbolic link: it is not read, and the config-server would not read it`,
      ),
    );
  });

  it('has documents that are larger than is read, or no text', async () => {
    const { exitCode, out } = await validate({
      ...GOOD,
      'orders/default.yaml': `db: {}\n#${'x'.repeat(1_048_576)}`,
      'web/staging.env': new Uint8Array([0x41, 0x3d, 0xff, 0x0a]),
    });

    expect(exitCode).toBe(1);
    expect(out).toContain('orders/default.yaml: has 1048584 bytes, more than is read\n');
    expect(out).toContain('web/staging.env: is not UTF-8\n');
  });

  it('may hold what is none of its business, at any size', async () => {
    const { exitCode } = await validate({
      ...GOOD,
      '.git/config.yaml': 'a: [',
      '.github/ci.yaml': 'a: 1\n---\nb: 2\n',
      'orders/deep/default.yaml': 'a: [',
      'video.mp4': 'x'.repeat(2_000_000),
      'web/notes.txt': 'a: [',
    });

    expect(exitCode).toBe(0);
  });

  it('may be the folder of env files itself', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(directory.path, { 'api.env': 'PORT=1\n', 'staging/api.env': 'PORT=2\n' });

    const { out } = await signalbox(['validate', directory.path, '--mount', 'env']);

    expect(out).toBe('1 configuration valid: every service in every environment\n  api  staging: 1 key\n');
  });
});

describe('a command line', () => {
  it.each([
    [[], 'Usage: signalbox'],
    [['validat'], "unknown command 'validat'"],
    [['validate', '--quiet'], "unknown option '--quiet'"],
    [['validate', 'a', 'b'], 'too many arguments'],
    [['validate', '--mount', '../up'], 'must be the name of one folder'],
  ])('that is wrong says why, with exit code 2: %j', async (args, reason) => {
    const { exitCode, out, error } = await signalbox(args);

    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(error).toContain(reason);
  });

  it.each([
    ['--help', 'validate [options] [directory]'],
    ['--version', '0.1.0'],
  ])('may ask for help: %s', async (flag, answer) => {
    const { exitCode, out, error } = await signalbox([flag]);

    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(out).toContain(answer);
  });
});
