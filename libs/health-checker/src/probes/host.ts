import { requireType, shown } from '../validation.ts';

/** Throws a TypeError for what names no host: Node takes an empty name, and none, for this machine. Shows nothing that may be a user's password. */
export function requireHost(probe: string, host: string): void {
  requireType(`${probe} host`, host, 'string');
  if (host === '' || /[\s/?#@]/.test(host)) {
    const withoutUser = host.slice(host.lastIndexOf('@') + 1);
    throw new TypeError(`${probe} host: must be an IP address or a host name, not ${shown(withoutUser)}`);
  }
}
