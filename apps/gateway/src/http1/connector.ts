import { connect as connectPlain, isIP, type OnReadOpts, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Of idle connections and those that wait for an answer: whether the other side is still there. */
const PROBE_AFTER_MS = 60_000;
/** Server names whose TLS session is kept for the next connection; the oldest makes room. */
const MAX_SESSIONS = 100;

/** How connections to one origin are opened; TLS sessions are taken up again. */
export class Connector {
  readonly origin: string;
  readonly isSecure: boolean;
  readonly #options: TcpNetConnectOpts;
  readonly #sessions = new Map<string, Buffer>();

  /** `origin`: `http://` or `https://`, an address and a port. */
  constructor(origin: string) {
    const { protocol, hostname, port } = new URL(origin);
    this.origin = origin;
    this.isSecure = protocol === 'https:';
    this.#options = {
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(port) || (this.isSecure ? 443 : 80),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
    };
  }

  /** Under which name the other side has to prove who it is, for a request to this host; undefined for its address, or without TLS. */
  serverNameOf(host: string): string | undefined {
    const name = this.isSecure ? host.replace(/:\d*$/, '') : '';
    return name === '' || name.startsWith('[') || isIP(name) !== 0 ? undefined : name;
  }

  /** A connection under way; `connectEvent` of it says that it stands. `onread` as net.connect takes it. */
  open(serverName: string | undefined, onread: OnReadOpts): Socket {
    const options = { ...this.#options, onread };
    if (!this.isSecure) {
      return connectPlain(options);
    }
    const key = serverName ?? '';
    const session = this.#sessions.get(key);
    const socket = connectTls({
      ...options,
      ALPNProtocols: ['http/1.1'],
      ...(serverName !== undefined && { servername: serverName }),
      ...(session !== undefined && { session }),
    });
    socket.on('session', (fresh: Buffer) => {
      this.#remember(key, fresh);
    });
    return socket;
  }

  get connectEvent(): 'connect' | 'secureConnect' {
    return this.isSecure ? 'secureConnect' : 'connect';
  }

  #remember(key: string, session: Buffer): void {
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= MAX_SESSIONS && !this.#sessions.has(key)) {
      this.#sessions.delete(oldest);
    }
    this.#sessions.set(key, session);
  }
}
