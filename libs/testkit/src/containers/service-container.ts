import {
  type ContainerRuntimeClient,
  GenericContainer,
  getContainerRuntimeClient,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';

import { containerOwner, OWNER_LABEL } from './owner.ts';
import { publishedPort } from './published-port.ts';

export interface ServiceContainerOptions {
  readonly image: string;
  /** The port that the service listens on, inside its container. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments of the image's entry point. */
  readonly command: readonly string[];
  /** A shell command that succeeds, inside the container, once the service answers. */
  readonly readyWhen: string;
  /** The connection URL without host and port, which are filled in. */
  readonly url: string;
}

/** What is waited for a service to come up or to end by itself; on two busy cores Postgres needs three seconds. */
const PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/**
 * A service in a container of a test's own, with what a test does to it. Its URL stays the same through stops and
 * restarts, and what it stored stays until it is disposed of.
 */
export class ServiceContainer implements AsyncDisposable {
  readonly url: string;
  readonly #started: StartedTestContainer;
  readonly #container: Container;

  private constructor(started: StartedTestContainer, container: Container, url: string) {
    this.#started = started;
    this.#container = container;
    this.url = url;
  }

  /** Resolves once the service answers; pulls its image if it is not there. */
  static async start(options: ServiceContainerOptions): Promise<ServiceContainer> {
    const started = await new GenericContainer(options.image)
      .withExposedPorts({ container: options.port, host: await publishedPort() })
      .withEnvironment(options.environment)
      .withCommand([...options.command])
      .withLabels({ [OWNER_LABEL]: containerOwner() })
      .withWaitStrategy(Wait.forSuccessfulCommand(options.readyWhen))
      .withStartupTimeout(PATIENCE_MS)
      .start();
    const client = await getContainerRuntimeClient();
    const url = new URL(options.url);
    url.hostname = started.getHost();
    url.port = String(started.getMappedPort(options.port));
    return new ServiceContainer(started, client.container.getById(started.getId()), url.href);
  }

  /** Lets the service shut down, within ten seconds: connections are closed, new ones are refused. */
  async stop(): Promise<void> {
    await this.#started.stop({ remove: false, timeout: STOP_PATIENCE_MS });
  }

  /** Ends the service as a crash does, with nothing said to anyone. */
  async kill(): Promise<void> {
    await this.#container.kill();
  }

  /** Starts the service after `stop` or `kill`; resolves once it answers, with what it stored before. */
  async start(): Promise<void> {
    await this.#started.restart();
  }

  /** Stops and starts the service. */
  async restart(): Promise<void> {
    await this.#started.restart({ timeout: STOP_PATIENCE_MS });
  }

  /** Freezes the service: connections stay open, new ones are accepted, nothing is answered. */
  async pause(): Promise<void> {
    await this.#container.pause();
  }

  async unpause(): Promise<void> {
    await this.#container.unpause();
  }

  /** Removes the container with what it stored, in whichever state it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.remove({ force: true, v: true });
  }
}
