import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { temporaryDirectory } from '@signalbox/testkit';

import { commonSettings, environmentName, portSetting, readSettings } from './settings.ts';

const schema = z.object({
  ...commonSettings,
  port: portSetting.default(8888),
  refreshEveryMs: z.coerce.number().default(5),
});

describe('readSettings', () => {
  it('derives the name of a variable from the name of the setting', () => {
    expect(environmentName('refreshEveryMs')).toBe('SIGNALBOX_REFRESH_EVERY_MS');
  });

  it('falls back to the documented defaults', () => {
    expect(readSettings(schema, {})).toEqual({
      host: '127.0.0.1',
      port: 8888,
      logLevel: 'info',
      drainNoticeMs: 0,
      refreshEveryMs: 5,
    });
  });

  it('reads what is given and takes a blank variable as absent', () => {
    const settings = readSettings(schema, {
      SIGNALBOX_PORT: '0',
      SIGNALBOX_HOST: '',
      SIGNALBOX_REFRESH_EVERY_MS: ' ',
    });

    expect(settings).toMatchObject({ port: 0, host: '127.0.0.1', refreshEveryMs: 5 });
  });

  it.each(['80.5', '-1', 'http', '65536'])('takes "%s" for no port', (port) => {
    expect(() => readSettings(schema, { SIGNALBOX_PORT: port })).toThrow(/^SIGNALBOX_PORT: /);
  });

  it.each(['-1', '0.5', '300001'])('takes "%s" for no notice', (ms) => {
    expect(() => readSettings(schema, { SIGNALBOX_DRAIN_NOTICE_MS: ms })).toThrow(/^SIGNALBOX_DRAIN_NOTICE_MS: /);
  });

  it('names every wrong variable in one line, without its value', () => {
    const environment = { SIGNALBOX_PORT: '70000', SIGNALBOX_AUTH: 'hunter2' };

    expect(() => readSettings(schema, environment)).toThrow(/^SIGNALBOX_AUTH: [^\n]*; SIGNALBOX_PORT: [^\n]*$/);
    expect(() => readSettings(schema, environment)).not.toThrow(/hunter2/);
  });
});

describe('settings of a program with a prefix of its own', () => {
  const shop = z.object({ port: portSetting });

  it('are read from variables that begin with it', () => {
    expect(readSettings(shop, { SHOP_PORT: '8080', SIGNALBOX_PORT: '1' }, { prefix: 'SHOP_' })).toEqual({
      port: 8_080,
    });
  });

  it('are named by it where they are wrong', () => {
    expect(() => readSettings(shop, { SHOP_PORT: 'http' }, { prefix: 'SHOP_' })).toThrow(/^SHOP_PORT: /);
  });
});

describe('a setting in a file', () => {
  const secretSchema = z.object({
    token: z.string().min(1).optional(),
    tokensFile: z.string().optional(),
    port: portSetting,
  });

  /** What is read where `SIGNALBOX_TOKEN_FILE` names a file of this content. */
  async function readToken(content: string | Buffer): Promise<unknown> {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'token');
    await writeFile(file, content);
    return readSettings(secretSchema, { SIGNALBOX_PORT: '1', SIGNALBOX_TOKEN_FILE: file }).token;
  }

  it.each([
    ['s3cret', 's3cret'],
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    ['s3cret\n\n', 's3cret\n'],
    [' s3cret ', ' s3cret '],
  ])('is what the file holds without one newline at its end: %j', async (content, value) => {
    await expect(readToken(content)).resolves.toBe(value);
  });

  it.each([
    ['', 'is empty'],
    ['\n', 'is empty'],
    ['x'.repeat(65_537), 'is larger than 65536 bytes'],
    [Buffer.from([0x73, 0xff]), 'is not UTF-8'],
  ])('is refused, naming its variable, where the file says nothing usable', async (content, reason) => {
    await expect(readToken(content)).rejects.toThrow(
      new RegExp(`^SIGNALBOX_TOKEN_FILE: the file "[^"\n]+": ${reason}$`),
    );
  });

  it('may be as large as the limit', async () => {
    await expect(readToken('x'.repeat(65_536))).resolves.toHaveLength(65_536);
  });

  it('may be behind a link, as orchestrators mount them', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'version-1'), 's3cret');
    await symlink('version-1', join(directory.path, 'token'));

    const { token } = readSettings(secretSchema, {
      SIGNALBOX_PORT: '1',
      SIGNALBOX_TOKEN_FILE: join(directory.path, 'token'),
    });

    expect(token).toBe('s3cret');
  });

  it('is refused where there is no file, or something that is none', async () => {
    await using directory = await temporaryDirectory();
    const readFrom = (file: string) => () => readSettings(secretSchema, { SIGNALBOX_TOKEN_FILE: file });
    await mkdir(join(directory.path, 'directory'));
    execFileSync('mkfifo', [join(directory.path, 'pipe')]);

    expect(readFrom(join(directory.path, 'absent'))).toThrow(/^SIGNALBOX_TOKEN_FILE: .*ENOENT/);
    expect(readFrom(join(directory.path, 'directory'))).toThrow(/^SIGNALBOX_TOKEN_FILE: .*is not a regular file$/);
    expect(readFrom(join(directory.path, 'pipe'))).toThrow(/^SIGNALBOX_TOKEN_FILE: .*is not a regular file$/);
  });

  it('contradicts the variable itself, unless that is blank', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'token');
    await writeFile(file, 'from the file');
    const given = { SIGNALBOX_PORT: '1', SIGNALBOX_TOKEN_FILE: file };

    expect(() => readSettings(secretSchema, { ...given, SIGNALBOX_TOKEN: 'hunter2' })).toThrow(
      /^SIGNALBOX_TOKEN_FILE: contradicts SIGNALBOX_TOKEN, which is given too$/,
    );
    expect(readSettings(secretSchema, { ...given, SIGNALBOX_TOKEN: '' }).token).toBe('from the file');
  });

  it('is validated as any other, and blamed on the variable that names the file', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'port');
    await writeFile(file, 'hunter2');

    expect(() => readSettings(secretSchema, { SIGNALBOX_PORT_FILE: file })).toThrow(
      /^SIGNALBOX_PORT_FILE: (?!.*hunter2)/,
    );
  });

  it('leaves alone a setting that is itself the name of a file', () => {
    const { tokensFile } = readSettings(secretSchema, { SIGNALBOX_PORT: '1', SIGNALBOX_TOKENS_FILE: '/run/tokens' });

    expect(tokensFile).toBe('/run/tokens');
  });
});
