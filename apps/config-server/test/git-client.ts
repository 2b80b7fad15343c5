import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';

import { temporaryDirectory } from '@signalbox/testkit';

import { type Files, writeFiles } from './start-app.ts';

const run = promisify(execFile);

/** What a git that ran to its end printed, and with which code it ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Where a push says that a reference is, and where it wants it to be. */
export interface RawMove {
  readonly reference: string;
  readonly before: string;
  readonly after: string;
}

/** Someone's clone, on a machine where nothing is configured. */
export interface GitClone extends AsyncDisposable {
  readonly path: string;
  git(...commandLine: string[]): Promise<Ended>;
  /** Writes the files and commits them. Answers the commit. */
  commit(files: Files): Promise<string>;
}

const GIT_TIMEOUT_MS = 25_000;

/** Runs git as a person does who is never asked: a missing password is a failure. */
export async function runGit(directory: string, ...commandLine: string[]): Promise<Ended> {
  const identity = ['-c', 'user.name=Pia', '-c', 'user.email=pia@example.com'];
  const environment = { PATH: env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  try {
    const { stdout, stderr } = await run('git', ['-C', directory, ...identity, ...commandLine], {
      env: { ...environment, GIT_TERMINAL_PROMPT: '0' },
      timeout: GIT_TIMEOUT_MS,
      maxBuffer: 16_777_216,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }; // of a command that failed
    return { code, output: stdout + stderr };
  }
}

/** Clones by the URL; throws what git said when it can't. */
export async function cloneFrom(url: string, ...options: string[]): Promise<GitClone> {
  const directory = await temporaryDirectory();
  const path = join(directory.path, 'clone');
  const cloned = await runGit(directory.path, 'clone', '-q', ...options, url, path);
  if (cloned.code !== 0) {
    await directory[Symbol.asyncDispose]();
    throw new Error(cloned.output);
  }
  const git = (...commandLine: string[]) => runGit(path, ...commandLine);
  return {
    path,
    git,
    async commit(files) {
      await writeFiles(path, files);
      await git('add', '--all');
      const committed = await git('commit', '-qm', 'change');
      if (committed.code !== 0) {
        throw new Error(committed.output);
      }
      return (await git('rev-parse', 'HEAD')).output.trim();
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/**
 * The body of a push (gitprotocol-pack) as no git would make it: whatever commands are asked for, and the objects of the clone that lead
 * from the first of their commits to the others.
 */
export async function pushBody(clone: GitClone, moves: readonly RawMove[]): Promise<Buffer> {
  const lines = moves.map(({ reference, before, after }, index) => {
    const capabilities = index === 0 ? '\0 report-status side-band-64k' : '';
    const command = `${before} ${after} ${reference}${capabilities}`;
    return `${(command.length + 4).toString(16).padStart(4, '0')}${command}`;
  });
  const revisions = [...moves.map(({ after }) => after), `^${moves[0]?.before ?? ''}`].join('\\n');
  const packed = await run('sh', ['-c', `printf '${revisions}\\n' | git pack-objects --revs --stdout -q`], {
    cwd: clone.path,
    encoding: 'buffer',
  });
  return Buffer.concat([Buffer.from(`${lines.join('')}0000`), packed.stdout]);
}
