import type { ConsistentHash } from '@signalbox/schemas';

import type { Peer } from './peer.ts';
import type { RequestHead } from './request-head.ts';

import { clientAddressOf } from './forwarded.ts';

/** What of a request says which instance it goes to; undefined where it lacks that, and may go to any. */
export function hashKeyOf(hashOn: ConsistentHash, head: RequestHead, peer: Peer): string | undefined {
  if (hashOn.httpHeaderName !== undefined) {
    return head.headerValue(hashOn.httpHeaderName.toLowerCase());
  }
  if (hashOn.httpCookie !== undefined) {
    return cookieOf(head.headerValue('cookie'), hashOn.httpCookie.name);
  }
  if (hashOn.httpQueryParameterName !== undefined) {
    return queryParameterOf(head.target, hashOn.httpQueryParameterName);
  }
  return clientAddressOf(head.headerValue('x-forwarded-for'), peer);
}

/** The first of that name; several Cookie fields are joined by commas, within HTTP/1.1 by semicolons (RFC 6265 section 5.4). */
function cookieOf(field: string | undefined, name: string): string | undefined {
  const pairs = field?.split(/[;,]/) ?? [];
  const pair = pairs.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

function queryParameterOf(target: string, name: string): string | undefined {
  const start = target.indexOf('?');
  return start === -1 ? undefined : (new URLSearchParams(target.slice(start)).get(name) ?? undefined);
}
