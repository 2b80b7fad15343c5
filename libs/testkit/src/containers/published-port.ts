import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to whoever asks for any (32768 and up on Linux, 49152 and up elsewhere): a container
 * that is stopped finds its own free again.
 */
const RANGE = { first: 20_000, last: 31_999 };
const ATTEMPTS = 20;

/** A TCP port for a container to publish, free a moment ago, that nothing gets by chance while the container is stopped. */
export async function publishedPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(RANGE.first, RANGE.last + 1);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`no free port found from ${RANGE.first} to ${RANGE.last} in ${ATTEMPTS} attempts`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
  } catch {
    return false; // taken, or reserved by the system: another will do
  }
  server.close();
  await once(server, 'close');
  return true;
}
