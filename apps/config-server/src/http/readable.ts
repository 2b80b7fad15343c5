import type { FastifyReply } from 'fastify';

/** Makes an answer that people read at a terminal indented, with an end of line. */
export function readable<Reply extends Pick<FastifyReply, 'serializer'>>(reply: Reply): Reply {
  reply.serializer((answer: unknown) => `${JSON.stringify(answer, null, 2)}\n`);
  return reply;
}
