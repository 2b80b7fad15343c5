import { isUtf8 } from 'node:buffer';

import type { Clock } from '@signalbox/clock';

import type { Change } from '../editing/change.ts';
import type { GoodVersion, Origin, Source } from '../refresh/source.ts';

import { GitCommandError, OversizedCommitError, UnknownLabelError, UnreadableObjectError } from '../errors.ts';
import { CommitWriter } from './commit-writer.ts';
import { fastImportStream, toWritten, type Written } from './fast-import-stream.ts';
import { GitCommands } from './git-commands.ts';
import {
  GOOD_FORMAT,
  LABEL_FORMAT,
  ORIGIN_FORMAT,
  REFERENCE_FORMAT,
  toFiles,
  toGoodRef,
  toGoodVersions,
  toLabels,
  toOrigin,
  toReferences,
} from './git-listings.ts';
import { removeDrafts, removeStaleLock } from './leftovers.ts';
import { ObjectReader } from './object-reader.ts';

export interface GitStoreOptions {
  /** A bare repository. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Largest document that is read. */
  readonly maxObjectBytes: number;
  /** How long Git may be silent before it counts as hung, and a lock of it as left behind. */
  readonly silenceTimeoutMs: number;
  /** Told of each lock that was left behind and is removed now. */
  readonly onStaleLock?: (path: string) => void;
}

/** Some 300,000 files. A few trees that hold each other many times over would list without end. */
const MAX_LISTING_BYTES = 33_554_432;

/** A bare repository in the data directory: what is read from it, and one commit at a time written to it. */
export class GitStore implements Source {
  readonly commands: GitCommands;
  readonly #reader: ObjectReader;
  readonly #writer: CommitWriter;
  readonly #options: GitStoreOptions;

  constructor(options: GitStoreOptions) {
    const { directory, maxObjectBytes, silenceTimeoutMs, clock } = options;
    const environment = { ...options.environment, GIT_DIR: directory };
    this.#options = options;
    this.commands = new GitCommands({
      directory,
      environment,
      silenceTimeoutMs,
      mend: (failure) => this.#removeStaleLock(failure),
    });
    this.#reader = new ObjectReader({
      directory,
      environment,
      clock,
      maxObjectBytes,
      answerTimeoutMs: silenceTimeoutMs,
    });
    this.#writer = new CommitWriter({ directory, environment, clock, writeTimeoutMs: silenceTimeoutMs });
  }

  async labels(): Promise<ReadonlyMap<string, string>> {
    return toLabels(await this.commands.run(['for-each-ref', LABEL_FORMAT, 'refs/heads', 'refs/tags']));
  }

  async commit(id: string): Promise<string | undefined> {
    try {
      const printed = await this.commands.run(['rev-parse', '--verify', '--end-of-options', `${id}^{commit}`]);
      return printed.trim();
    } catch (error) {
      if (error instanceof GitCommandError && /needed a single revision|ambiguous/i.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  }

  async files(commit: string): Promise<ReadonlyMap<string, string>> {
    try {
      const listing = await this.commands.runBounded(['ls-tree', '-r', '-z', commit], MAX_LISTING_BYTES);
      if (listing === undefined) {
        throw new OversizedCommitError(commit, `takes more than ${MAX_LISTING_BYTES} bytes to list its files`);
      }
      return toFiles(listing);
    } catch (error) {
      throw error instanceof GitCommandError && /not a valid object name|not a tree object/i.test(error.message)
        ? new UnknownLabelError(commit, [])
        : error;
    }
  }

  async read(blob: string): Promise<string> {
    const content = await this.#reader.read(blob);
    // What takes the place of other bytes would be served, and written back by the next edit.
    if (!isUtf8(content)) {
      throw new UnreadableObjectError(blob, 'is not UTF-8');
    }
    return content.toString();
  }

  async origin(commit: string, path: string): Promise<Origin | undefined> {
    return toOrigin(await this.commands.run(['log', '-1', ORIGIN_FORMAT, commit, '--', path]));
  }

  /** Whether whoever is at the second commit has the first one too. Rejects when either is not there. */
  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    const missing = await this.commands.run(['rev-list', '--count', '--max-count=1', ancestor, `^${commit}`]);
    return missing.trim() === '0';
  }

  /** All branches and tags by full name, and the objects they are at. */
  async references(): Promise<ReadonlyMap<string, string>> {
    return toReferences(await this.commands.run(['for-each-ref', REFERENCE_FORMAT, 'refs/heads', 'refs/tags']));
  }

  async goodVersions(): Promise<readonly GoodVersion[]> {
    return toGoodVersions(await this.commands.run(['for-each-ref', GOOD_FORMAT, 'refs/signalbox/good']));
  }

  async remember(good: readonly GoodVersion[], gone: readonly GoodVersion[]): Promise<void> {
    const lines = [
      'start',
      ...good.map((pair) => `update ${toGoodRef(pair)} ${pair.commit}`),
      ...gone.map((pair) => `delete ${toGoodRef(pair)}`),
      'commit',
    ];
    await this.commands.feed(['update-ref', '--stdin'], `${lines.join('\n')}\n`);
  }

  /** Makes the commit the tip of `ref`. Git refuses when that would lose commits of it. */
  async write(ref: string, change: Omit<Change, 'base' | 'files'> & ImportedFiles): Promise<Written> {
    const stream = fastImportStream({ ...change, ref, atMs: this.#options.clock.now() });
    const committing = this.commands.mending(() => this.#writer.write(stream));
    const printed = await committing.catch(async (error: unknown) => {
      await this.removeDrafts();
      throw error;
    });
    return toWritten(printed, change.files.keys());
  }

  /** What commands that were killed, or that found the disk full, had begun to write is room for others. */
  async removeDrafts(): Promise<void> {
    const { directory, silenceTimeoutMs } = this.#options;
    await removeDrafts(directory, { olderThanMs: silenceTimeoutMs });
  }

  close(): void {
    this.commands.close();
    this.#reader.close();
    this.#writer.close();
  }

  /** A command that met a lock has changed nothing yet; it is run again once for every lock that nobody holds. */
  async #removeStaleLock({ message }: GitCommandError): Promise<boolean> {
    const { directory, silenceTimeoutMs, onStaleLock } = this.#options;
    const removed = await removeStaleLock(directory, message, { olderThanMs: silenceTimeoutMs });
    if (removed !== undefined) {
      onStaleLock?.(removed);
    }
    return removed !== undefined;
  }
}

interface ImportedFiles {
  readonly base?: string;
  readonly files: ReadonlyMap<string, Buffer | string>;
}
