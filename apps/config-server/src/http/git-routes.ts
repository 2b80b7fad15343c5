import type { FastifyReply, FastifyRequest } from 'fastify';

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as z from 'zod';

import { isAllowed, type Permission, ProblemError, type ServiceHttp } from '@signalbox/service-runtime';

import type { AuditTrail } from '../editing/audit-trail.ts';
import type { PushedBranch } from '../editing/push-review.ts';
import type { ExchangeRequest, PushJudge, RepositoryExchanges } from '../editing/repository-exchange.ts';

import { touchedKeys } from '../editing/audit-store.ts';
import { AuditedPush } from '../editing/audited-push.ts';
import { TooManyExchangesError } from '../errors.ts';
import { nameOf } from './caller.ts';

export interface GitRoutesOptions {
  readonly exchanges: RepositoryExchanges;
  readonly branch: PushedBranch;
  readonly trail: AuditTrail;
}

type Program = ExchangeRequest['program'];

const PATH = '/git/config.git';
const PROGRAMS = ['git-upload-pack', 'git-receive-pack'] as const satisfies readonly Program[];
/** Keys and values as Git writes them (gitprotocol-v2). */
const PROTOCOL = /^[a-z0-9=:.-]{1,100}$/;
const RETRY_AFTER_SECONDS = 1;
/** The audit has them all. */
const MAX_MOVES_LOGGED = 10;

/** The embedded repository by Git's smart HTTP protocol (gitprotocol-http): cloned by readers, pushed to by writers. */
export function addGitRoutes(http: ServiceHttp, options: GitRoutesOptions): void {
  http.register((scope, _options, done) => {
    // Bodies are streamed to Git: none of them is parsed, and Git's programs have bounds of their own.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.addHook('onSend', speakPlainly);
    addAdvertisement(scope, options);
    for (const program of PROGRAMS) {
      addProgram(scope, program, options);
    }
    done();
  });
}

function addAdvertisement(http: ServiceHttp, options: GitRoutesOptions): void {
  http.get(
    `${PATH}/info/refs`,
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'Begin a clone, fetch or push by git',
        tags: ['git'],
        querystring: z.object({ service: z.string().max(100).optional().describe(PROGRAMS.join(' or ')) }),
      },
    },
    async (request, reply) => {
      const program = PROGRAMS.find((name) => name === request.query.service);
      if (program === undefined) {
        throw new ProblemError({
          status: 403,
          code: 'request/unsupported-service',
          detail: `only ${PROGRAMS.join(' and ')} are served, not "${request.query.service ?? 'the dumb protocol'}"`,
        });
      }
      await authorizeProgram(request, program, options.trail);
      return exchange({ request, reply }, { program }, options);
    },
  );
}

function addProgram(http: ServiceHttp, program: Program, options: GitRoutesOptions): void {
  http.post(
    `${PATH}/${program}`,
    { schema: { summary: program === 'git-upload-pack' ? 'Clone or fetch by git' : 'Push by git', tags: ['git'] } },
    async (request, reply) => {
      await authorizeProgram(request, program, options.trail);
      const expected = `application/x-${program}-request`;
      if (request.headers['content-type'] !== expected) {
        throw new ProblemError({
          status: 415,
          code: 'request/unsupported-media-type',
          detail: `the body must be sent as ${expected}`,
        });
      }
      const push = program === 'git-receive-pack' && { push: judgeOf(request, options) };
      return exchange({ request, reply }, { program, body: bodyOf(request), ...push }, options);
    },
  );
}

/** Who clones sees every service and environment, and who pushes may change every one: globs must cover all of them. */
async function authorizeProgram(request: FastifyRequest, program: Program, trail: AuditTrail): Promise<void> {
  const reason = refusalOf(request, program);
  if (reason === undefined) {
    return;
  }
  if (program === 'git-receive-pack') {
    const attempt = { actor: nameOf(request), action: 'push', service: '*', touched: touchedKeys([]) } as const;
    await trail.refuse(attempt, { kind: 'refused', code: 'auth/forbidden', reason });
  }
  throw new ProblemError({ status: 403, code: 'auth/forbidden', detail: reason });
}

const NEEDS = {
  'git-upload-pack': { verb: 'clone', permission: 'read', instead: 'GET /config/SERVICE/ENVIRONMENT reads one' },
  'git-receive-pack': { verb: 'push', permission: 'write', instead: 'POST /admin/update changes one' },
} as const satisfies Record<Program, { verb: string; permission: Permission; instead: string }>;

/** Why the caller may not; undefined for one who may. */
function refusalOf(request: FastifyRequest, program: Program): string | undefined {
  const { identity } = request;
  const { verb, permission, instead } = NEEDS[program];
  if (identity !== null && isAllowed(identity, permission)) {
    return undefined;
  }
  const isBound = identity !== null && isAllowed({ ...identity, services: ['*'], environments: ['*'] }, permission);
  return isBound
    ? `${identity.name} may not ${verb}: its role holds for some services or environments, and the repository has all of them; ${instead}`
    : `${nameOf(request)} may not ${verb}`;
}

interface Caller {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function exchange(
  { request, reply }: Caller,
  asked: Pick<ExchangeRequest, 'program' | 'body' | 'push'>,
  { exchanges }: GitRoutesOptions,
): Promise<FastifyReply> {
  const left = new AbortController();
  reply.raw.once('close', () => {
    left.abort();
  });
  try {
    const { headers, body } = await exchanges.open({ ...asked, ...protocolOf(request) }, left.signal);
    return await reply.headers(headers).send(Readable.from(body, { objectMode: false }));
  } catch (error) {
    if (left.signal.aborted) {
      return reply.hijack(); // nobody is there to be answered
    }
    if (!request.raw.complete) {
      // What is left of the body would keep the connection from its next request, or from its end.
      void reply.header('connection', 'close');
      request.raw.resume();
    }
    if (error instanceof TooManyExchangesError) {
      void reply.header('retry-after', RETRY_AFTER_SECONDS);
    }
    throw error;
  }
}

function judgeOf(request: FastifyRequest, options: GitRoutesOptions): PushJudge {
  const actor = nameOf(request);
  const push = new AuditedPush({ actor, ...options });
  return {
    judge: (offered) => push.judge(offered),
    settle: async () => {
      const moves = await push.settle();
      if (moves.length > 0) {
        request.log.info({ actor, count: moves.length, moves: moves.slice(0, MAX_MOVES_LOGGED) }, 'push committed');
      }
    },
  };
}

function protocolOf(request: FastifyRequest): Pick<ExchangeRequest, 'protocol'> {
  const protocol = request.headers['git-protocol'];
  return typeof protocol === 'string' && PROTOCOL.test(protocol) ? { protocol } : {};
}

/** What is compressed counts with the size that it has when it is not. Left open when it is not read to its end: an answer follows. */
function bodyOf({ headers, body }: FastifyRequest): AsyncIterable<Buffer> {
  const sent = body as Readable; // as the parser of this scope leaves it
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') {
    return sent.iterator({ destroyOnReturn: false });
  }
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new ProblemError({
      status: 415,
      code: 'request/unsupported-media-type',
      detail: `the body may be compressed by gzip, not by "${encoding}"`,
    });
  }
  return inflated(sent);
}

async function* inflated(sent: Readable): AsyncGenerator<Buffer> {
  const inflating = sent.pipe(createGunzip());
  sent.once('close', () => {
    if (!sent.readableEnded) {
      inflating.destroy(); // whoever sends has left
    }
  });
  try {
    yield* inflating;
  } catch (error) {
    throw new ProblemError(
      { status: 400, code: 'request/invalid', detail: 'the body is not what gzip writes, or was cut short' },
      { cause: error },
    );
  }
}

/** Git shows its user what is plain text, and nothing else. */
async function speakPlainly(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json');
  if (!isProblem || typeof payload !== 'string' || !request.headers['user-agent']?.startsWith('git/')) {
    return payload;
  }
  reply.type('text/plain; charset=utf-8').removeHeader('content-length');
  const { detail } = JSON.parse(payload) as { detail: string }; // a problem that this server wrote
  return Promise.resolve(`${detail}\n`);
}
