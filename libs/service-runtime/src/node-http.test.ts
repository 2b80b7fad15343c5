import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** A bundle of a megabyte, and what it needs; loaded when something looks at `fetch` or `WebSocket`. */
const NODES_OWN_FETCH = 'NativeModule internal/deps/undici/undici';

test('a server that never fetches does not pay for fetch', async () => {
  const index = new URL('index.ts', import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@signalbox/source',
    '--input-type=module',
    '--eval',
    `await import(${JSON.stringify(index)}); console.log(process.moduleLoadList.join('\\n'))`,
  ]);

  expect(stdout.split('\n')).toContain('NativeModule http');
  expect(stdout.split('\n')).not.toContain(NODES_OWN_FETCH);
});
