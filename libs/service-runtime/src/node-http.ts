import type * as Http from 'node:http';

import { createRequire } from 'node:module';

/**
 * By `require`: an `import` evaluates whatever `node:http` exports, Node's own WebSocket among it, and so loads Node's own fetch, 7 MiB of
 * memory that a server and its healthcheck have no other use for.
 */
export const http = createRequire(import.meta.url)('node:http') as typeof Http;
