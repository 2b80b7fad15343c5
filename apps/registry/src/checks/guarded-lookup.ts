import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

import type { Networks } from './networks.ts';

/** `dns.lookup`, as far as it is needed here. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves a name to those of its addresses that checks may reach. The connection goes where this look-up said, so that a name can't change its mind. */
export function guardedLookup(networks: Networks, lookup: LookupAll): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const allowed = addresses.filter(({ address }) => networks.includes(address));
      const [first] = allowed;
      if (first === undefined) {
        const found = addresses.map(({ address }) => address).join(', ');
        callback(new Error(`${hostname} is at ${found}, outside the networks that checks may reach`), '');
      } else if (options.all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}
