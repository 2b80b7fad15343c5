/** Throws a TypeError for what names no host: Node takes an empty name for this machine. */
export function requireHost(probe: string, host: string): void {
  if (host === '' || /[\s/?#@]/.test(host)) {
    throw new TypeError(`${probe} host: must be an IP address or a host name, not "${host}"`);
  }
}
