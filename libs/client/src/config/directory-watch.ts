import { watch } from 'node:fs';

import type { Clock } from '@signalbox/clock';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { CurrentConfiguration } from './current-configuration.ts';
import type { AcceptedConfiguration, ServedConfiguration } from './served-configuration.ts';

import { Alarm } from '../connection/alarm.ts';
import { DirectoryError, SignalboxError } from '../errors.ts';
import { foldersOf } from './directory-folders.ts';

export interface DirectoryWatchOptions<T> {
  readonly directory: string;
  readonly clock: Clock;
  readonly report: ProblemListener;
  readonly current: CurrentConfiguration<T>;
  /** Rejects with DirectoryError. */
  readonly read: () => Promise<ServedConfiguration>;
  readonly accept: (served: ServedConfiguration) => Promise<AcceptedConfiguration<T>>;
  /** Calls back at each event of a folder, and where the watch ends. Throws where it can't be watched. @default by the events of the file system */
  readonly watchFolder?: (folder: string, happened: () => void) => FolderWatch;
}

export interface FolderWatch {
  close(): void;
}

/** Behind the events of the file system, which some mounts do not have. */
const LOOK_EVERY_MS = 10_000;
/** A change is often several events. */
const SETTLE_MS = 50;

/** Keeps the configuration in step with a directory: what is invalid is told, and what was valid stays. */
export class DirectoryWatch<T> {
  readonly #options: DirectoryWatchOptions<T>;
  readonly #closing = new AbortController();
  readonly #pause: Alarm;
  readonly #running: Promise<void>;
  #watchers: FolderWatch[] = [];
  /** Messages of the problems that were told last, of listening and of looking: the next round finds them again. */
  readonly #told: { listening?: string; looking?: string } = {};

  constructor(options: DirectoryWatchOptions<T>) {
    this.#options = options;
    this.#pause = new Alarm(options.clock);
    this.#running = this.#run();
  }

  /** Resolves when nothing is left running. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#pause.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#listen();
      await this.#look();
      await this.#pause.sleep(LOOK_EVERY_MS);
      await this.#settle();
    }
    this.#stopListening();
  }

  async #settle(): Promise<void> {
    try {
      await this.#options.clock.sleep(SETTLE_MS, this.#closing.signal);
    } catch {
      // closed: there is nothing to settle for
    }
  }

  /** Anew each time: folders come and go, and a watch stays with the folder that was swapped out. */
  async #listen(): Promise<void> {
    this.#stopListening();
    const { directory, watchFolder = watchByEvents } = this.#options;
    const wake = () => {
      this.#pause.wake();
    };
    try {
      for (const folder of await foldersOf(directory)) {
        this.#watchers.push(watchFolder(folder, wake));
      }
      delete this.#told.listening;
    } catch (error) {
      this.#tell('listening', new DirectoryError(directory, error));
    }
  }

  #stopListening(): void {
    this.#watchers.forEach((watcher) => {
      watcher.close();
    });
    this.#watchers = [];
  }

  async #look(): Promise<void> {
    const { directory, current, read, accept } = this.#options;
    try {
      const served = await read();
      if (served.etag === current.accepted.etag) {
        current.confirm(served.version);
      } else {
        current.replace(await accept(served));
      }
      delete this.#told.looking;
    } catch (error) {
      current.doubt();
      this.#tell('looking', error instanceof SignalboxError ? error : new DirectoryError(directory, error));
    }
  }

  /** What keeps both from working is told once. */
  #tell(of: 'listening' | 'looking', problem: SignalboxError): void {
    if (!Object.values(this.#told).includes(problem.message)) {
      this.#options.report(problem);
    }
    this.#told[of] = problem.message;
  }
}

function watchByEvents(folder: string, happened: () => void): FolderWatch {
  return watch(folder, { persistent: false }).on('change', happened).on('error', happened);
}
