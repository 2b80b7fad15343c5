import type { Instance } from '@signalbox/schemas';

import type { ProblemListener } from '../connection/problem-listener.ts';
import type { InstancesListener, ServiceWatch } from './service-watch.ts';
import type { Follower } from './watched-service.ts';

import { Listeners } from '../connection/listeners.ts';

/** The part of a watched service that belongs to one environment. */
export class InstancesWatch implements ServiceWatch, Follower {
  readonly service: string;
  readonly #environment: string;
  readonly #onClose: () => void;
  readonly #listeners: Listeners<readonly Instance[]>;
  readonly #ready = Promise.withResolvers<undefined>();
  #instances: readonly Instance[] = [];
  #isClosed = false;

  constructor(
    service: string,
    environment: string,
    { report, onClose }: { report: ProblemListener; onClose: () => void },
  ) {
    this.service = service;
    this.#environment = environment;
    this.#onClose = onClose;
    this.#listeners = new Listeners(report);
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  onChange(listener: InstancesListener): () => void {
    return this.#listeners.add(listener);
  }

  follow(all: Iterable<Instance>): void {
    const mine = [...all].filter(({ environment }) => environment === this.#environment);
    const isSame = mine.length === this.#instances.length && mine.every((one, at) => one === this.#instances[at]);
    if (!isSame) {
      this.#instances = mine;
      this.#listeners.tell(mine);
    }
    this.#ready.resolve(undefined);
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#listeners.clear();
      this.#ready.resolve(undefined);
      this.#onClose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
