import { readFile } from 'node:fs/promises';

import type { Address } from './reachability.ts';

const ROUTES = '/proc/net/route';
const RESOLVER = '/etc/resolv.conf';
/** Which a router or a name server answers, if only with a refusal. */
const PORTS = [53, 80, 443];

/**
 * Addresses beyond this machine that nobody is troubled by: its router and its name servers. Not an address of the machine itself, which containers
 * of an internal network reach.
 */
export async function outsideAddresses(): Promise<readonly Address[]> {
  const [routes, resolver] = await Promise.all([ROUTES, RESOLVER].map(textOf));
  const hosts = new Set([...routersIn(routes), ...nameServersIn(resolver)]);
  return [...hosts].flatMap((host) => PORTS.map((port) => ({ host, port })));
}

/** Only Linux has both. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}

/** Where a default route leads, in the form of Linux: `eth0 00000000 010200C0 …`, the bytes of an address in reverse. */
export function routersIn(routes = ''): readonly string[] {
  return [...routes.matchAll(/^\S+\s+00000000\s+([0-9A-F]{8})\s/gm)].map(([, hex = '']) =>
    [...Buffer.from(hex, 'hex')].toReversed().join('.'),
  );
}

/** IPv4 addresses of name servers elsewhere. */
export function nameServersIn(resolver = ''): readonly string[] {
  return [...resolver.matchAll(/^nameserver\s+(?!127\.)(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map(([, address = '']) => address);
}
