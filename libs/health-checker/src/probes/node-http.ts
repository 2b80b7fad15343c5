import type * as Http from 'node:http';
import type * as Http2 from 'node:http2';
import type * as Https from 'node:https';

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * By `require`: an `import` evaluates whatever `node:http` exports, Node's own WebSocket among it, and so loads Node's own fetch, 7 MiB of
 * memory that many a process has no other use for.
 */
export const http = require('node:http') as typeof Http;

/** Loaded by the first call: TLS is 6 MiB. */
export const loadHttps = () => require('node:https') as typeof Https;

/** Loaded by the first call: HTTP/2 is 5 MiB. */
export const loadHttp2 = () => require('node:http2') as typeof Http2;
