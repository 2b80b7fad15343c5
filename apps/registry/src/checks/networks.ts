import { BlockList, isIP } from 'node:net';

/** Where checks may go: the networks that an operator named. */
export class Networks {
  readonly #allowed = new BlockList();

  /** Throws a RangeError naming the first text that is not a network such as `10.0.0.0/8` or `fd00::/8`. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix = ''] = network.split('/');
      const family = isIP(address);
      const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
      if (family === 0 || !isPrefix) {
        throw new RangeError(`not a network such as 10.0.0.0/8: "${network}"`);
      }
      this.#allowed.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  /** Of an IP address. One written as IPv4 in IPv6 (`::ffff:10.0.0.1`) is judged as the IPv4 address that it leads to. */
  includes(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#allowed.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
