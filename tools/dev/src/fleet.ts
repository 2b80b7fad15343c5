import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

import type { LaunchOptions } from './options.ts';

import { COMPILE_AHEAD, controlPlane, demoFleet, type InstanceSpec } from './fleet-specs.ts';
import { preflight } from './preflight.ts';
import { type LineSink, type ProcessSpec, SupervisedProcess } from './supervised-process.ts';

const READY_WITHIN_MS = 60_000;
/** The whole fleet is to be gone 5 s after Ctrl-C: what hangs is killed a little before. */
const STOP_WITHIN_MS = 4_500;
/** What a stage that hangs leaves to each of those after it. */
const LEFT_FOR_A_STAGE_MS = 1_000;

export interface FleetContext {
  readonly clock: Clock;
  readonly sink: LineSink;
  /** Ends the start. */
  readonly signal?: AbortSignal;
  /** @default the demo fleet */
  readonly instances?: readonly InstanceSpec[];
}

/** Signalbox and the instances of services, as processes of this machine. */
export class Fleet {
  readonly options: LaunchOptions;
  readonly #clock: Clock;
  readonly #sink: LineSink;
  readonly #processes = new Map<string, SupervisedProcess>();

  private constructor(options: LaunchOptions, { clock, sink }: { clock: Clock; sink: LineSink }) {
    this.options = options;
    this.#clock = clock;
    this.#sink = sink;
  }

  /**
   * Starts the control plane, then the instances (the demo fleet's, unless told otherwise), and waits until all are ready.
   * Rejects with a LaunchError, with nothing left running, when a part can't start.
   */
  static async start(options: LaunchOptions, context: FleetContext): Promise<Fleet> {
    const { instances = demoFleet(options) } = context;
    await preflight(options.ports);
    await mkdir(join(options.dataDirectory, 'cache'), { recursive: true, mode: 0o700 });
    const fleet = new Fleet(options, context);
    const stopEarly = () => void fleet.stop();
    context.signal?.addEventListener('abort', stopEarly, { once: true });
    try {
      await fleet.#compileAhead();
      for (const spec of controlPlane(options)) {
        await fleet.startServer(spec.name);
      }
      await Promise.all(instances.map((spec) => fleet.startInstance(spec)));
    } catch (error) {
      await fleet.stop();
      throw error;
    } finally {
      context.signal?.removeEventListener('abort', stopEarly);
    }
    return fleet;
  }

  process(name: string): SupervisedProcess {
    const found = this.#processes.get(name);
    if (found === undefined) {
      throw new RangeError(`no process "${name}" in the fleet; there are ${[...this.#processes.keys()].join(', ')}`);
    }
    return found;
  }

  /** Starts a server of the control plane, again where it ended, and waits until it is ready. */
  async startServer(name: string): Promise<SupervisedProcess> {
    const spec = controlPlane(this.options).find((server) => server.name === name);
    if (spec === undefined) {
      throw new RangeError(`no server "${name}" in the control plane`);
    }
    return this.#start(spec, () => answersOk(spec.readyUrl));
  }

  /**
   * Starts another gateway on the same data port, where `settings` let both listen there, with a control port of its own; waits until it is ready.
   */
  async startSecondGateway({ name, adminPort }: { name: string; adminPort: number }): Promise<SupervisedProcess> {
    const { ports } = this.options;
    const spec = controlPlane({ ...this.options, ports: { ...ports, admin: adminPort } }).find(
      (server) => server.name === 'gateway',
    );
    if (spec === undefined) {
      throw new RangeError('no gateway in the control plane');
    }
    return this.#start({ ...spec, name }, () => answersOk(spec.readyUrl));
  }

  /** Starts an instance of a service and waits until the registry says that requests may be sent to it. */
  async startInstance(spec: InstanceSpec): Promise<SupervisedProcess> {
    const url = `http://127.0.0.1:${this.options.ports.registry}/api/v1/services/${spec.service}/instances?healthy=true`;
    return this.#start(spec, () => listsInstance(url, spec.name));
  }

  /**
   * Stops instances first, then the gateway, then what they depend on, within 5 s.
   * Resolves with the names of those that did not end by themselves and were killed.
   */
  async stop(): Promise<readonly string[]> {
    const all = [...this.#processes.values()];
    const servers = new Set<string>(controlPlane(this.options).map(({ name }) => name));
    const stages = [
      all.filter(({ spec }) => !servers.has(spec.name)),
      all.filter(({ spec }) => spec.name === 'gateway'),
      all.filter(({ spec }) => servers.has(spec.name) && spec.name !== 'gateway'),
    ];
    const deadline = this.#clock.now() + STOP_WITHIN_MS;
    const killed: string[] = [];
    for (const [index, stage] of stages.entries()) {
      const keptForLater = (stages.length - 1 - index) * LEFT_FOR_A_STAGE_MS;
      killed.push(...(await this.#stopAll(stage, deadline - keptForLater - this.#clock.now())));
    }
    return killed;
  }

  async #start(spec: ProcessSpec, isReady: () => Promise<boolean>): Promise<SupervisedProcess> {
    const started = this.#spawn(spec);
    await started.waitUntil(isReady, READY_WITHIN_MS);
    return started;
  }

  /**
   * At the first start of all: what a process does not find compiled it strips of types itself, by a parser that stays in its memory, 13 MB.
   * A module that can't be loaded is told of by the process that needs it.
   */
  async #compileAhead(): Promise<void> {
    if (!existsSync(this.#compileCache)) {
      await this.#spawn(COMPILE_AHEAD).ended;
      this.#processes.delete(COMPILE_AHEAD.name);
    }
  }

  #spawn(spec: ProcessSpec): SupervisedProcess {
    const environment = { NODE_COMPILE_CACHE: this.#compileCache, ...spec.environment };
    const started = new SupervisedProcess({ ...spec, environment }, { clock: this.#clock, sink: this.#sink });
    this.#processes.set(spec.name, started);
    return started;
  }

  get #compileCache(): string {
    return join(this.options.dataDirectory, 'cache', 'compiled');
  }

  async #stopAll(processes: readonly SupervisedProcess[], withinMs: number): Promise<string[]> {
    const outcomes = await Promise.all(
      processes.map(async (process) => ({ name: process.spec.name, endedItself: await process.stop({ withinMs }) })),
    );
    return outcomes.filter(({ endedItself }) => !endedItself).map(({ name }) => name);
  }
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.ok;
}

async function listsInstance(url: string, id: string): Promise<boolean> {
  const response = await fetch(url);
  const { instances } = (await response.json()) as { instances: { id: string }[] }; // the registry's documented answer
  return instances.some((instance) => instance.id === id);
}
