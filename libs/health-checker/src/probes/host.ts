/** Throws a TypeError for what names no host: Node takes an empty name, and none, for this machine. */
export function requireHost(probe: string, host: unknown): void {
  if (typeof host !== 'string' || host === '' || /[\s/?#@]/.test(host)) {
    throw new TypeError(`${probe} host: must be an IP address or a host name, not "${String(host)}"`);
  }
}
