import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Leaves room for a service name of 63 characters and the random part within the 128 of an instance id. */
const MAX_HOST_LENGTH = 48;

/** An id that no other instance has, and a person can place: service, host, random. */
export function newInstanceId(service: string): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, MAX_HOST_LENGTH);
  return `${service}-${host}-${randomBytes(4).toString('hex')}`;
}
