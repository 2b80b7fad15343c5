import { describe, expect, it } from 'vitest';

import { readOptions } from './options.ts';

describe('the command line of npm run demo', () => {
  it.each([
    [[], { kind: 'up', port: 8080 }],
    [['--port', '9000'], { kind: 'up', port: 9000 }],
    [['--down'], { kind: 'down' }],
    [['--help', '--down'], { kind: 'help' }],
  ])('reads %j', (args, wish) => {
    expect(readOptions(args)).toEqual(wish);
  });

  it.each([
    [['--port', '0'], '--port: must be a port from 1 to 65535, not "0"'],
    [['--port', '65536'], '--port: must be a port from 1 to 65535, not "65536"'],
    [['--port', '8e3'], '--port: must be a port from 1 to 65535, not "8e3"'],
    [['--down', '--port', '9000'], '--port: has no meaning with --down'],
    [['--up'], /'--up'/],
    [['orders'], /'orders'/],
  ])('refuses %j in one line that names what is wrong', (args, line) => {
    expect(() => readOptions(args)).toThrow(line);
  });
});
