import { WatchMessage, type WatchRequest } from '@signalbox/schemas';

import type { ServiceWatch } from './service-watch.ts';

import { ReconnectingSocket, type ReconnectingSocketOptions } from '../connection/reconnecting-socket.ts';
import { parseMessage } from '../connection/wire-message.ts';
import { ReportedProblemError } from '../errors.ts';
import { InstancesWatch } from './instances-watch.ts';
import { withDelta, withSnapshot } from './service-view.ts';
import { WatchedService } from './watched-service.ts';

const KNOWN_TYPES = new Set<string>(WatchMessage.options.map(({ shape }) => shape.type.value));

/** All watches of a client, over one socket that is open while there is a watch. */
export class RegistryWatches {
  readonly #connection: ReconnectingSocketOptions;
  readonly #services = new Map<string, WatchedService>();
  readonly #watches = new Set<ServiceWatch>();
  #socket: ReconnectingSocket | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(connection: ReconnectingSocketOptions) {
    this.#connection = connection;
  }

  watch(name: string, environment: string): ServiceWatch {
    const service = this.#services.get(name) ?? this.#begin(name);
    const watch = new InstancesWatch(name, environment, {
      report: this.#connection.report,
      onClose: () => {
        this.#watches.delete(watch);
        if (service.leave(watch)) {
          this.#end(name);
        }
      },
    });
    this.#watches.add(watch);
    service.join(watch);
    return watch;
  }

  async close(): Promise<void> {
    this.#watches.forEach((watch) => {
      watch.close();
    });
    await this.#closing;
  }

  #begin(name: string): WatchedService {
    const service = new WatchedService(this.#connection.clock);
    this.#services.set(name, service);
    this.#socket ??= this.#open();
    this.#socket.send(toRequest(name, service));
    return service;
  }

  #end(name: string): void {
    this.#services.delete(name);
    this.#socket?.send({ type: 'unwatch', service: name } satisfies WatchRequest);
    if (this.#services.size === 0 && this.#socket !== undefined) {
      this.#closing = Promise.all([this.#closing, this.#socket.close()]).then(() => undefined);
      this.#socket = undefined;
    }
  }

  #open(): ReconnectingSocket {
    return new ReconnectingSocket(this.#connection, {
      greet: () => this.#requests(),
      // A watch that is there already is answered with what changed since, mostly nothing: one of them is enough.
      askForLife: () => this.#requests().slice(0, 1),
      receive: (message) => {
        this.#receive(message);
      },
    });
  }

  #requests(): WatchRequest[] {
    return [...this.#services].map(([name, service]) => toRequest(name, service));
  }

  #receive(raw: unknown): void {
    const message = parseMessage(WatchMessage, KNOWN_TYPES, raw);
    switch (message?.type) {
      case 'snapshot':
        this.#services
          .get(message.service)
          ?.change((view) => withSnapshot(view, message, this.#connection.clock.now()));
        break;
      case 'delta':
        this.#services.get(message.service)?.change((view) => withDelta(view, message));
        break;
      case 'problem':
        this.#connection.report(new ReportedProblemError(message));
        break;
      case undefined:
        break;
    }
  }
}

function toRequest(service: string, { revision }: WatchedService): WatchRequest {
  return { type: 'watch', service, ...(revision !== undefined && { revision }) };
}
