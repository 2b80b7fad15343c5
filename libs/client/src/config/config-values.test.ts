import { describe, expect, it } from 'vitest';

import type { ConfigMap } from '@signalbox/layering/keys';

import { ConfigKeyMissingError, ConfigValueError } from '../errors.ts';
import { ConfigValues } from './config-values.ts';
import { SecretKeys } from './secret-keys.ts';

function valuesOf(configuration: ConfigMap, secretKeys: readonly string[] = []): ConfigValues {
  return new ConfigValues(() => configuration, new SecretKeys(secretKeys));
}

describe('get', () => {
  it.each([
    ['text', 'db-1', 'db-1'],
    ['an empty text', '', ''],
    ['a number', 5_432, '5432'],
    ['a boolean', false, 'false'],
  ])('gives %s as text', (_, value, text) => {
    expect(valuesOf({ db: { host: value } }).get('db.host', 'localhost')).toBe(text);
  });

  it('gives the default where the key is absent or null', () => {
    expect(valuesOf({ db: { host: null } }).get('db.host', 'localhost')).toBe('localhost');
    expect(valuesOf({}).get('db.host', 'localhost')).toBe('localhost');
    expect(valuesOf({}).get('db.host', null)).toBeNull();
  });

  it('tries several keys in their order', () => {
    const values = valuesOf({ LOG_LEVEL: 'info', LOGLEVEL: 'debug' });

    expect(values.get(['LOGLEVEL', 'LOG_LEVEL'], 'warn')).toBe('debug');
    expect(values.get(['VERBOSITY', 'LOG_LEVEL'], 'warn')).toBe('info');
  });

  it('without a default names every key that it tried', () => {
    const reading = () => valuesOf({}).group('worker').get(['LOGLEVEL', 'LOG_LEVEL']);

    expect(reading).toThrow(ConfigKeyMissingError);
    expect(reading).toThrow('no value for worker.LOGLEVEL, LOGLEVEL, worker.LOG_LEVEL, LOG_LEVEL');
  });

  it('finds no key that the configuration does not say, such as those of every object', () => {
    expect(valuesOf({}).get('constructor.name', 'none')).toBe('none');
  });

  it('reads a key with a dot in it', () => {
    expect(valuesOf({ 'a.b': { c: 'd' } }).get('["a.b"].c')).toBe('d');
  });

  it.each([{ a: 1 }, ['a']])('gives neither map nor list as text: %j', (value) => {
    expect(() => valuesOf({ db: value }).get('db')).toThrow(ConfigValueError);
  });
});

describe('getInt', () => {
  it.each([
    [20, 20],
    ['20', 20],
    [' -3 ', -3],
    ['+7', 7],
  ])('reads %j', (value, number) => {
    expect(valuesOf({ poolSize: value }).getInt('poolSize')).toBe(number);
  });

  it.each(['many', '', '1.5', '1e3', '0x10', '9007199254740993', 1.5, true])(
    'refuses %j, naming key and value',
    (value) => {
      expect(() => valuesOf({ poolSize: value }).getInt('poolSize', 20)).toThrow(
        `poolSize must be a whole number, got ${JSON.stringify(value)}`,
      );
    },
  );
});

describe('getBool', () => {
  it.each(['true', '1', 'yes', 'on', 'YES', true, 1])('takes %j for true', (value) => {
    expect(valuesOf({ debug: value }).getBool('debug', false)).toBe(true);
  });

  it.each(['false', '0', 'no', 'off', 'Off', false, 0])('takes %j for false', (value) => {
    expect(valuesOf({ debug: value }).getBool('debug', true)).toBe(false);
  });

  it.each(['maybe', '', 2])('refuses %j', (value) => {
    expect(() => valuesOf({ debug: value }).getBool('debug', true)).toThrow(
      `debug must be true, 1, yes, on, false, 0, no or off, got ${JSON.stringify(value)}`,
    );
  });
});

describe('getList', () => {
  it('cuts text at commas unless told otherwise, trims, and drops what is empty', () => {
    expect(valuesOf({ origins: ' a, b ,,c,' }).getList('origins')).toEqual(['a', 'b', 'c']);
    expect(valuesOf({ origins: 'a; b' }).getList('origins', [], { separator: ';' })).toEqual(['a', 'b']);
    expect(valuesOf({ origins: '' }).getList('origins', ['x'])).toEqual([]);
  });

  it('takes a list as it is, its scalars as text', () => {
    expect(valuesOf({ ports: [80, '443'] }).getList('ports')).toEqual(['80', '443']);
  });

  it('refuses a list that holds more than scalars', () => {
    expect(() => valuesOf({ ports: [{ port: 80 }] }).getList('ports')).toThrow('got a list that may hold a secret');
  });

  it('refuses an empty separator', () => {
    expect(() => valuesOf({}).getList('ports', [], { separator: '' })).toThrow(
      'separator: must have at least 1 character, not ""',
    );
  });
});

describe('a group', () => {
  const values = valuesOf({ TIMEOUT: 30, HOST: 'common', database: { HOST: 'db-1', PORT: 5_432 } });

  it('has its own values, and falls back to those common to all', () => {
    const database = values.group('database');

    expect(database.get('HOST')).toBe('db-1');
    expect(database.getInt('TIMEOUT', 60)).toBe(30);
    expect(database.getInt('POOL_SIZE', 20)).toBe(20);
  });

  it('that nothing is said of has the common ones', () => {
    expect(values.group('cache').get('HOST')).toBe('common');
  });
});

describe('an error', () => {
  it.each([
    ['called what secrets are called', 'db.password', []],
    ['named as a secret', 'db.pin', ['db.pin']],
    ['in a map that is named', 'db.pin', ['db']],
    ['matched by *', 'db.pin', ['*.pin']],
    ['matched by **', 'db.pin', ['**.pin']],
  ])('does not show a value that is %s', (_, key, secretKeys) => {
    const values = valuesOf({ db: { password: 'hunter2', pin: 'hunter2' } }, secretKeys);

    expect(() => values.getInt(key)).toThrow(`${key} must be a whole number, got a value that may hold a secret`);
  });

  it('shows no address, which may hold a password, and no more than the start of a long text', () => {
    const values = valuesOf({ url: 'pg://ops:hunter2@db', long: 'x'.repeat(100_000) });

    expect(() => values.getInt('url')).not.toThrow(/hunter2/);
    expect(() => values.getInt('long')).toThrow(/^.{1,140}$/);
  });
});

describe('secretKeys', () => {
  it('must be keys', () => {
    expect(() => new SecretKeys(['db..password'])).toThrow(/^secretKeys: must be keys such as .*"db\.\.password"/);
  });
});
