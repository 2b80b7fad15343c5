import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('has a default for everything', () => {
    expect(readOptions([])).toEqual({
      dataDirectory: resolve('.signalbox'),
      environment: 'production',
      ports: { config: 8888, registry: 8500, gateway: 8080, admin: 8081 },
    });
  });

  it.each(['0', '65536', 'http', '80a', '-1'])('names a port that is none: %s', (port) => {
    expect(() => readOptions([`--gateway-port=${port}`])).toThrow(
      `--gateway-port: must be a port from 1 to 65535, not "${port}"`,
    );
  });

  it('names an option that it does not know', () => {
    expect(() => readOptions(['--prot', '80'])).toThrow("Unknown option '--prot'");
  });
});
