import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** What a server was told to listen on, and whom it registers with. */
interface Listening {
  readonly host: string;
  readonly registryUrl: string;
}

/**
 * The address that others reach a server by. One that listens on every address is reached by the one from which this machine reaches the
 * registry: in a container of several networks, that of the network where the registry and whoever asks it are. Sends nothing.
 */
export async function ownAddress({ host, registryUrl }: Listening): Promise<string> {
  if (!EVERY_ADDRESS.has(host)) {
    return host;
  }
  const { address, family } = await lookup(new URL(registryUrl).hostname.replace(/^\[(.*)\]$/, '$1'));
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    // A datagram socket that is connected has a route, and with it an address of its own; the port is of no importance.
    socket.connect(9, address);
    await once(socket, 'connect');
    return socket.address().address;
  } finally {
    socket.close();
  }
}
