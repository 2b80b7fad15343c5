import { BlockList, isIP } from 'node:net';

/** Where checks may go: the networks that an operator named. */
export class Networks {
  readonly #allowed: BlockList;
  readonly #excepted: BlockList;

  /**
   * All of the networks but for what is in the excepted ones.
   * Throws a RangeError naming the first text that is not a network such as `10.0.0.0/8` or `fd00::/8`.
   */
  constructor(networks: readonly string[], excepted: readonly string[] = []) {
    this.#allowed = blockListOf(networks);
    this.#excepted = blockListOf(excepted);
  }

  /** Of an IP address. One written as IPv4 in IPv6 (`::ffff:10.0.0.1`) is judged as the IPv4 address that it leads to. */
  includes(address: string): boolean {
    const family = familyOf(address);
    return family !== undefined && this.#allowed.check(address, family) && !this.#excepted.check(address, family);
  }
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    const family = familyOf(address);
    const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 'ipv4' ? 32 : 128);
    if (family === undefined || !isPrefix) {
      throw new RangeError(`not a network such as 10.0.0.0/8: "${network}"`);
    }
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)];
}
