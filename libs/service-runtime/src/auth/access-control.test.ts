import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { AccessControl } from './access-control.ts';
import { digestOf } from './tokens.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('AccessControl', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('is open on %s when no auth is set up', (host) => {
    expect(AccessControl.fromSettings({ host }).identify({ host: 'localhost:8888' })).toMatchObject({ name: 'anyone' });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org'])('refuses to listen on %s without auth', (host) => {
    expect(() => AccessControl.fromSettings({ host })).toThrow(`not "${host}"`);
    expect(() => AccessControl.fromSettings({ host })).not.toThrow('SIGNALBOX_HOST'); // the setting may have another name
  });

  it('listens anywhere when the operator says that there is no auth', () => {
    const access = AccessControl.fromSettings({ host: '0.0.0.0', auth: 'none' });

    expect(access.isOpenToEveryone).toBe(true);
    expect(access.identify({ host: 'example.org' })).toBeDefined();
  });

  it.each([
    'evil.example',
    'evil.example:8888',
    '',
    '127.0.0.1.evil.example',
    'localhost.',
    '127.1',
    'x@127.0.0.1',
    '0.0.0.0',
  ])('takes a request for the host "%s" on an open loopback for DNS rebinding', (host) => {
    expect(AccessControl.fromSettings({ host: '127.0.0.1' }).identify({ host })).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.0.0.1:8888', '[::1]:8888', '[::ffff:127.0.0.1]', 'LOCALHOST:8888'])(
    'takes a request for %s',
    (host) => {
      expect(AccessControl.fromSettings({ host: '127.0.0.1' }).identify({ host })).toBeDefined();
    },
  );

  it('knows a token as Bearer, as the password of Basic and as X-Consul-Token, and nobody else', async () => {
    await using directory = await temporaryDirectory();
    const tokensFile = join(directory.path, 'tokens.json');
    await writeFile(tokensFile, JSON.stringify([{ name: 'ops', sha256: digestOf('s3:cret'), role: 'admin' }]));
    const access = AccessControl.fromSettings({ host: '0.0.0.0', tokensFile });

    expect(access.identify({ authorization: 'Bearer s3:cret' })).toMatchObject({ name: 'ops', role: 'admin' });
    expect(access.identify({ authorization: basic('anyone:s3:cret') })).toMatchObject({ name: 'ops' });
    expect(access.identify({ 'x-consul-token': 's3:cret' })).toMatchObject({ name: 'ops' });
    expect(access.identify({ authorization: 'Bearer wrong' })).toBeUndefined();
    expect(access.identify({ authorization: basic('no colon') })).toBeUndefined();
    expect(access.identify({ host: 'localhost' })).toBeUndefined();
  });

  it.each([
    ['{', /is not JSON/],
    ['[{"name":"ops","sha256":"abc","role":"admin"}]', /0\.sha256: must be 64 lower case hex digits/],
    [`[{"name":"ops","sha256":"${'a'.repeat(64)}","role":"king"}]`, /0\.role/],
    ['{}', /\(root\): /],
    [`[{"name":"ops","sha256":"${digestOf('')}","role":"admin"}]`, /0\.sha256: is the digest of no token at all/],
    [
      `[{"name":"ops","sha256":"${'a'.repeat(64)}","role":"admin"},{"name":"ci","sha256":"${'a'.repeat(64)}","role":"reader"}]`,
      /1\.sha256: is the digest of another entry too/,
    ],
  ])('names the file and the entry of a broken tokens file', async (content, message) => {
    await using directory = await temporaryDirectory();
    const tokensFile = join(directory.path, 'tokens.json');
    await writeFile(tokensFile, content);

    expect(() => AccessControl.fromSettings({ host: '127.0.0.1', tokensFile })).toThrow(message);
  });

  it('names a tokens file that is not there', () => {
    expect(() => AccessControl.fromSettings({ host: '127.0.0.1', tokensFile: '/nowhere/tokens.json' })).toThrow(
      /^tokens file \/nowhere\/tokens\.json: ENOENT/,
    );
  });
});
