import type { FastifyRequest } from 'fastify';

/** The name of who calls, for records. */
export function nameOf({ identity }: FastifyRequest): string {
  return identity?.name ?? 'anyone';
}
