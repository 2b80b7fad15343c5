import { once } from 'node:events';
import { connect, type LookupFunction } from 'node:net';

import type { Probe } from './probe.ts';

import { requireOptions } from '../validation.ts';
import { failureOf } from './failure.ts';
import { requireHost } from './host.ts';
import { requireLookup } from './lookup.ts';
import { requirePort } from './port.ts';

export interface TcpProbeOptions {
  readonly host: string;
  readonly port: number;
  /** Resolves the host, for callers that must know where a connection goes. @default the system's resolver */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * A probe that passes when a connection is accepted; it is closed at once, and nothing is sent.
 * Throws a TypeError for what is no host or no such option, and a RangeError for what is no port.
 */
export function tcpProbe(options: TcpProbeOptions): Probe {
  requireOptions('tcpProbe', options, ['host', 'port', 'lookup']);
  const { host, port, lookup } = options;
  requireLookup('tcpProbe', lookup);
  requireHost('tcpProbe', host);
  requirePort('tcpProbe', port);
  return async (signal) => {
    const socket = connect({ host, port, ...(lookup && { lookup }) });
    try {
      await once(socket, 'connect', { signal });
      return { status: 'pass' };
    } catch (error) {
      return failureOf(error, signal);
    } finally {
      socket.on('error', () => undefined); // the verdict stands
      socket.destroy();
    }
  };
}
