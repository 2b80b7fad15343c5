import type { Peer } from './peer.ts';
import type { RequestFields } from './request-fields.ts';

/** The data port speaks plain HTTP. */
const PROTO = 'http';

/**
 * Says to the upstream for whom, from which host and by which protocol: X-Forwarded-*, X-Real-IP and Forwarded (RFC 7239).
 * What a peer says itself counts only when it is a trusted proxy: then this hop is added to its lists. Otherwise it is replaced.
 */
export function addForwarded(target: string[], fields: RequestFields, peer: Peer): void {
  const host = fields.get('host') ?? '';
  const hop = `${peer.forwardedFor};host=${quotedHost(host)};proto=${PROTO}`;
  if (!peer.isTrusted) {
    target.push('X-Forwarded-For', peer.address, 'X-Forwarded-Proto', PROTO, 'X-Forwarded-Host', host);
    target.push('X-Real-IP', peer.address, 'Forwarded', hop);
    return;
  }
  const chain = fields.get('x-forwarded-for');
  target.push(...fields.otherForwarded);
  target.push('X-Forwarded-For', listed(chain, peer.address));
  target.push('X-Forwarded-Proto', fields.get('x-forwarded-proto') ?? PROTO);
  target.push('X-Forwarded-Host', fields.get('x-forwarded-host') ?? host);
  target.push('X-Real-IP', fields.get('x-real-ip') ?? clientAddressOf(chain, peer));
  target.push('Forwarded', listed(fields.get('forwarded'), hop));
}

/** The client's: what a trusted proxy says of its own client counts, and nothing that this one said itself. */
export function clientAddressOf(chain: string | undefined, peer: Peer): string {
  return (peer.isTrusted ? nearestOf(chain) : undefined) ?? peer.address;
}

function listed(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

/** The client that the trusted proxy saw itself. */
function nearestOf(chain: string | undefined): string | undefined {
  return chain?.slice(chain.lastIndexOf(',') + 1).trim();
}

/** A colon or bracket makes it no token (RFC 7239 section 4). */
function quotedHost(host: string): string {
  return host.includes(':') ? `"${host}"` : host;
}
