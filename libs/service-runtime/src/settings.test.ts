import { describe, expect, it } from 'vitest';
import * as z from 'zod';

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
