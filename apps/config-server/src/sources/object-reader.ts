import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import type { Clock } from '@signalbox/clock';

import { GitCommandError, GitNotFoundError, UnknownObjectError, UnreadableObjectError } from '../errors.ts';
import { type BatchAnswer, BatchOutput } from './batch-output.ts';
import { spawnGit } from './spawn-git.ts';

export interface ObjectReaderOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** An object over this is not held in memory: reading it is an UnreadableObjectError. */
  readonly maxObjectBytes: number;
  /** A question unanswered for this long ends the process; what it still owed is asked of the next one. */
  readonly answerTimeoutMs: number;
}

interface Question {
  readonly objectId: string;
  readonly answered: PromiseWithResolvers<Buffer>;
  asked: number;
}

/** Questions the process may owe answers to at once; the others wait here, not in a pipe. */
const MAX_IN_FLIGHT = 64;
/** A question that has outlived this many processes is the likely cause of their end. */
const MAX_TIMES_ASKED = 2;

/** Reads objects through one long-lived `git cat-file --batch`, started at the first question and replaced when it dies. */
export class ObjectReader {
  readonly #options: ObjectReaderOptions;
  readonly #waiting: Question[] = [];
  #inFlight: Question[] = [];
  #process: ChildProcessWithoutNullStreams | undefined;
  #watch: Promise<void> | undefined;
  #closed = false;

  constructor(options: ObjectReaderOptions) {
    this.#options = options;
  }

  /** The content of a blob, or of any object. Rejects with UnknownObjectError, UnreadableObjectError or GitCommandError. */
  read(objectId: string): Promise<Buffer> {
    if (this.#closed) {
      return Promise.reject(new GitCommandError('cat-file', 'the repository is closed'));
    }
    const question = { objectId, answered: Promise.withResolvers<Buffer>(), asked: 0 };
    this.#waiting.push(question);
    this.#ask();
    return question.answered.promise;
  }

  close(): void {
    this.#closed = true;
    this.#process?.kill();
    this.#fail(this.#waiting.splice(0), new GitCommandError('cat-file', 'the repository is closed'));
  }

  #ask(): void {
    const room = MAX_IN_FLIGHT - this.#inFlight.length;
    if (room === 0 || this.#waiting.length === 0) {
      return;
    }
    try {
      this.#process ??= this.#start();
    } catch (error) {
      this.#fail(this.#waiting.splice(0), error as GitCommandError); // as spawnGit throws
      return;
    }
    const git = this.#process;
    const next = this.#waiting.splice(0, room);
    for (const question of next) {
      question.asked += 1;
      this.#inFlight.push(question);
    }
    git.stdin.write(next.map(({ objectId }) => `${objectId}\n`).join(''));
    this.#watch ??= this.#endWhenStuck();
  }

  #start(): ChildProcessWithoutNullStreams {
    const { maxObjectBytes } = this.#options;
    const git = spawnGit(['cat-file', '--batch'], this.#options);
    const output = new BatchOutput(maxObjectBytes);
    git.stdout.on('data', (chunk: Buffer) => {
      for (const answer of output.push(chunk)) {
        this.#take(answer);
      }
      this.#ask();
    });
    git.stderr.resume();
    // Writing to a process that has just died fails here as well; its end, below, is what counts.
    git.stdin.on('error', () => undefined);
    git.on('error', (error) => {
      this.#ended(git, error);
    });
    git.on('close', () => {
      this.#ended(git, new GitCommandError('cat-file', 'ended before it answered'));
    });
    return git;
  }

  #take(answer: BatchAnswer): void {
    const question = this.#inFlight.shift();
    switch (answer.kind) {
      case 'object':
        question?.answered.resolve(answer.content);
        return;
      case 'missing':
        question?.answered.reject(new UnknownObjectError(question.objectId));
        return;
      case 'too-large':
        question?.answered.reject(tooLarge(question.objectId, answer.bytes));
        return;
    }
  }

  #ended(git: ChildProcessWithoutNullStreams, cause: Error): void {
    if (this.#process !== git) {
      return;
    }
    this.#process = undefined;
    const owed = this.#inFlight;
    this.#inFlight = [];
    const isMissing = 'code' in cause && cause.code === 'ENOENT';
    const isGivenUp = (question: Question) => this.#closed || isMissing || question.asked >= MAX_TIMES_ASKED;
    this.#fail(owed.filter(isGivenUp), isMissing ? new GitNotFoundError() : cause);
    this.#waiting.unshift(...owed.filter((question) => !isGivenUp(question)));
    this.#ask();
  }

  #fail(questions: readonly Question[], error: Error): void {
    for (const { answered } of questions) {
      answered.reject(error);
    }
  }

  /** Progress is that another question stands first. Ends by itself when nothing is owed. */
  async #endWhenStuck(): Promise<void> {
    while (this.#inFlight.length > 0) {
      const [first] = this.#inFlight;
      await this.#options.clock.sleep(this.#options.answerTimeoutMs);
      if (first === this.#inFlight[0]) {
        this.#process?.kill('SIGKILL');
      }
    }
    this.#watch = undefined;
  }
}

function tooLarge(objectId: string, bytes: number): UnreadableObjectError {
  return new UnreadableObjectError(objectId, `has ${bytes} bytes, more than is read`);
}
