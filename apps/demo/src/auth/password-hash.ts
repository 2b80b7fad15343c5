import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** One of OWASP's equivalent minimums (Password Storage Cheat Sheet): 16 MiB and five passes for each attempt. */
const COST = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** What a file may ask for: 64 MiB. */
const MAX_COST = { ln: 16, r: 8, p: 16 };

/** A hash in the PHC string format: `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`, in base64 without padding. */
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/;

export interface PasswordHash {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Undefined for what is no such hash, or costs more than 64 MiB or 16 passes. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const match = PHC.exec(text);
  if (match === null) {
    return undefined;
  }
  const [ln = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  const isAffordable = isWithin(ln, MAX_COST.ln) && isWithin(r, MAX_COST.r) && isWithin(p, MAX_COST.p);
  const [salt = '', hash = ''] = match.slice(4);
  return isAffordable ? { ln, r, p, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : undefined;
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derived(password, { ...COST, salt });
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Takes as long for a password that is wrong in its first letter as for one that is wrong in its last. */
export async function matchesPassword(password: string, expected: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derived(password, expected), expected.hash);
}

/** Costs what the hash of a user costs, and matches no password: for a user who is not there. */
export const NOBODYS_HASH: PasswordHash = { ...COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };

function derived(password: string, { ln, r, p, salt }: Omit<PasswordHash, 'hash'>): Promise<Buffer> {
  const n = 2 ** ln;
  // A password typed on another system may be composed of other code points (RFC 8265 section 4.2.2).
  return derive(password.normalize('NFC'), salt, HASH_BYTES, { N: n, r, p, maxmem: 256 * n * r });
}

function isWithin(cost: number, max: number): boolean {
  return cost >= 1 && cost <= max;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
