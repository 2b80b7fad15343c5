import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems hand out by themselves (Linux from 32,768, others from 49,152), of which any connection of another test
 * may get one before the program listens; and beside those that containers are published on.
 */
const RANGE = { first: 10_000, last: 19_999 };
const ATTEMPTS = 100;

/** A TCP port on loopback that nothing listened on a moment ago. For programs that can't be told to listen on port 0. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(RANGE.first, RANGE.last + 1);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`no free port from ${RANGE.first} to ${RANGE.last} in ${ATTEMPTS} attempts`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening'); // rejects on 'error'
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
