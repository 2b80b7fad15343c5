import { describe, expect, it } from 'vitest';

import { databaseUrlSetting, describeFailure } from './database-location.ts';

describe('databaseUrlSetting', () => {
  it.each([
    'postgres://signalbox@db.internal/signalbox',
    'postgresql://signalbox:p%40ss@10.0.0.5:6432/signalbox?sslmode=verify-full',
    'postgres://signalbox@[::1]:5432/signalbox',
  ])('takes %s', (url) => {
    expect(databaseUrlSetting.parse(url)).toBe(url);
  });

  it.each([
    ['another protocol', 'mysql://me:hunter2@db/signalbox'],
    ['no database', 'postgres://me:hunter2@db:5432/'],
    ['no host', 'postgres:///signalbox?password=hunter2'],
    ['a password that is not encoded', 'postgres://me:hunter2#1@db/signalbox'],
    ['a port that is none', 'postgres://me:hunter2@db:99999/signalbox'],
    ['no URL', 'hunter2'],
  ])('refuses %s, and does not repeat it', (_what, url) => {
    const { error } = databaseUrlSetting.safeParse(url);

    expect(error?.issues).toMatchObject([{ message: expect.stringMatching(/^must be postgres:\/\/USER/) as unknown }]);
    expect(JSON.stringify(error?.issues)).not.toContain('hunter2');
  });
});

describe('describeFailure', () => {
  it('names a server without user, password and parameters, and the reason', () => {
    const url = 'postgres://me:hunter2@db.internal:6432/signalbox?password=hunter3';

    expect(describeFailure({ kind: 'postgres', url }, new Error('it is away'))).toBe(
      'the database postgres://db.internal:6432/signalbox can not be used: it is away',
    );
  });
});
