import { once } from 'node:events';
import { connect } from 'node:net';

import { UnreachableError } from '../errors.ts';

/** The address that this machine has on the way to a server: the local end of a connection to it. */
export async function localAddressTowards(server: URL, signal: AbortSignal): Promise<string> {
  const port = Number(server.port) || (server.protocol === 'https:' ? 443 : 80);
  const socket = connect({ host: server.hostname.replace(/^\[(.*)\]$/, '$1'), port });
  try {
    await once(socket, 'connect', { signal });
    return (socket.localAddress ?? '').replace(/^::ffff:/, '');
  } catch (error) {
    signal.throwIfAborted();
    throw new UnreachableError(server.href, error);
  } finally {
    socket.destroy();
  }
}
