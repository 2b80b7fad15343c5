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

/** Offers the repository to Git clients by `git http-backend`, one process an exchange. */
export class GitBackend implements RepositoryExchanges {
  readonly #options: GitBackendOptions;
  readonly #hooksFolder: string;
  readonly #processes = new Set<BackendProcess>();
  #isClosed = false;

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
    if (this.#isClosed || this.#processes.size >= maxExchanges) {
      throw new TooManyExchangesError(maxExchanges);
    }
    const backend = this.#start(request);
    signal.addEventListener('abort', () => void backend.kill(), { once: true });
    try {
      const [answer] = await Promise.all([
        readCgiAnswer(backend.output),
        backend.feed(request.body ?? Readable.from([])),
      ]);
      await refuseFailure(answer, backend);
      return { headers: answer.headers, body: untilEnded(answer.body, backend) };
    } catch (error) {
      await backend.kill();
      throw error instanceof GitCommandError ? backend.failure : error;
    }
  }

  /** Ends the exchanges under way, and refuses others. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes].map((backend) => backend.kill()));
  }

  #start(request: ExchangeRequest): BackendProcess {
    const { directory, environment, maxInputBytes } = this.#options;
    const backend = new BackendProcess({
      ...this.#options,
      maxInputBytes: maxInputBytes + (request.program === 'git-receive-pack' ? MAX_COMMAND_BYTES : 0),
      environment: {
        ...environment,
        ...exchangeEnvironment(request, { directory, hooksFolder: this.#hooksFolder, maxInputBytes }),
      },
    });
    this.#processes.add(backend);
    void backend.ended.then(() => this.#processes.delete(backend));
    void this.#converse(backend, request);
    return backend;
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
  async #converse(backend: BackendProcess, { judge }: ExchangeRequest): Promise<void> {
    try {
      const question = await readQuestion(backend.channel);
      if (question !== undefined && judge !== undefined) {
        using objects = openOffered(this.#options, question.quarantine);
        const verdict = await judge({ moves: question.moves, objects });
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

/** Whoever stops reading ends the exchange. */
async function* untilEnded(body: AsyncIterable<Buffer>, backend: BackendProcess): AsyncGenerator<Buffer> {
  try {
    yield* body;
    await backend.ended;
  } finally {
    await backend.kill();
  }
}
