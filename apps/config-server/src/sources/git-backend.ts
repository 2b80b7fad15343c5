import { dirname } from 'node:path';
import { Readable } from 'node:stream';

import type { Verdict } from '../editing/push.ts';
import type { ExchangeAnswer, ExchangeRequest, RepositoryExchanges } from '../editing/repository-exchange.ts';

import { GitCommandError, TooManyExchangesError } from '../errors.ts';
import { BackendProcess, type BackendProcessOptions } from './backend-process.ts';
import { type CgiAnswer, readCgiAnswer } from './cgi-answer.ts';
import { exchangeEnvironment } from './exchange-environment.ts';
import { type GitStoreOptions } from './git-store.ts';
import { answerQuestion, type HookQuestion, readQuestion } from './hook-conversation.ts';
import { removeStaleLockOf } from './leftovers.ts';
import { openOffered } from './offered-objects.ts';
import { assertHookRuns, installHook } from './pre-receive-hook.ts';

export interface GitBackendOptions
  extends GitStoreOptions, Pick<BackendProcessOptions, 'maxInputBytes' | 'exchangeTimeoutMs'> {
  /** Processes at once: who comes then is told to come again. */
  readonly maxExchanges: number;
  /** Told of a push that could not be judged, and was refused for it. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * What a push says before its pack, some 8,000 references. A pack beyond the bound is refused by Git, which its client shows as it does
 * not show a status, and which has to have got more than the bound for that.
 */
const MAX_COMMAND_BYTES = 1_048_576;

interface Exchange {
  readonly backend: BackendProcess;
  /** Resolves when its process is gone and what it pushed is settled. */
  readonly over: Promise<void>;
}

/** Offers the repository to Git clients by `git http-backend`, one process an exchange. */
export class GitBackend implements RepositoryExchanges {
  readonly #options: GitBackendOptions;
  readonly #hooksFolder: string;
  readonly #exchanges = new Set<Exchange>();
  readonly #closed = new AbortController();

  private constructor(options: GitBackendOptions, hooksFolder: string) {
    this.#options = options;
    this.#hooksFolder = hooksFolder;
  }

  static async open(options: GitBackendOptions): Promise<GitBackend> {
    return new GitBackend(options, await installHook(dirname(options.directory)));
  }

  async open(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer> {
    const { maxExchanges } = this.#options;
    if (request.program === 'git-receive-pack') {
      await assertHookRuns(this.#hooksFolder);
    }
    signal.throwIfAborted();
    if (this.#closed.signal.aborted || this.#exchanges.size >= maxExchanges) {
      throw new TooManyExchangesError(maxExchanges);
    }
    const exchange = this.#start(request);
    const { backend } = exchange;
    const answered = new AbortController();
    signal.addEventListener('abort', () => void backend.kill(), { once: true });
    try {
      const feeding = Promise.race([
        backend.feed(request.body ?? Readable.from([])),
        this.#abandoned(backend, answered.signal),
      ]);
      const [answer] = await Promise.all([readCgiAnswer(backend.output), feeding]);
      await refuseFailure(answer, backend);
      return { headers: answer.headers, body: untilOver(answer.body, exchange) };
    } catch (error) {
      await end(exchange);
      throw error instanceof GitCommandError ? backend.failure : error;
    } finally {
      answered.abort();
    }
  }

  /** Ends the exchanges under way, settles what they pushed, and refuses others. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#exchanges].map(end));
  }

  /** Rejects when Git has ended and its client does not come to the end of what it sends, in time or before the server ends. */
  async #abandoned(backend: BackendProcess, answered: AbortSignal): Promise<never> {
    const { clock, exchangeTimeoutMs } = this.#options;
    await backend.ended;
    await clock.sleep(exchangeTimeoutMs, AbortSignal.any([answered, this.#closed.signal])).catch(() => undefined); // the wait is over, for whichever reason
    throw backend.failure;
  }

  #start(request: ExchangeRequest): Exchange {
    const { directory, environment, maxInputBytes } = this.#options;
    const backend = new BackendProcess({
      ...this.#options,
      maxInputBytes: maxInputBytes + (request.program === 'git-receive-pack' ? MAX_COMMAND_BYTES : 0),
      environment: {
        ...environment,
        ...exchangeEnvironment(request, { directory, hooksFolder: this.#hooksFolder, maxInputBytes }),
      },
    });
    const exchange = { backend, over: this.#settle(backend, request) };
    this.#exchanges.add(exchange);
    void exchange.over.then(() => this.#exchanges.delete(exchange));
    return exchange;
  }

  /** Whether or not anyone is left to read an answer. */
  async #settle(backend: BackendProcess, request: ExchangeRequest): Promise<void> {
    await Promise.all([backend.ended, this.#converse(backend, request)]);
    await request.push?.settle();
  }

  /** Git meets them when it moves the references, which is next, and does not mend them itself. */
  async #removeStaleLocks({ moves }: HookQuestion): Promise<void> {
    const { directory, silenceTimeoutMs, onStaleLock } = this.#options;
    for (const { reference } of moves) {
      const removed = await removeStaleLockOf(directory, reference, { olderThanMs: silenceTimeoutMs });
      if (removed !== undefined) {
        onStaleLock?.(removed);
      }
    }
  }

  /** A push that is not answered is refused by its hook. */
  async #converse(backend: BackendProcess, { push }: ExchangeRequest): Promise<void> {
    try {
      const question = await readQuestion(backend.channel);
      if (question !== undefined && push !== undefined) {
        using objects = openOffered(this.#options, question.quarantine);
        const verdict = await push.judge({ moves: question.moves, objects });
        await this.#removeStaleLocks(question);
        answerQuestion(backend.channel, verdict);
      }
    } catch (error) {
      this.#options.onTrouble(error);
      answerQuestion(backend.channel, UNJUDGED);
    } finally {
      backend.channel.resume(); // its end is that of all who share it
    }
  }
}

const UNJUDGED: Verdict = { kind: 'refused', lines: ['the push could not be judged; the log of the server says why'] };

async function refuseFailure({ status, body }: CgiAnswer, backend: BackendProcess): Promise<void> {
  if (status === 200) {
    return;
  }
  await body.return(undefined);
  await backend.ended;
  throw backend.failure;
}

/** Whoever stops reading ends the exchange; whoever reads to the end finds what was pushed. */
async function* untilOver(body: AsyncIterable<Buffer>, exchange: Exchange): AsyncGenerator<Buffer> {
  try {
    yield* body;
    await exchange.over;
  } finally {
    await end(exchange);
  }
}

async function end({ backend, over }: Exchange): Promise<void> {
  await backend.kill();
  await over;
}
