import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

import { buildAppImages, Engine } from '@signalbox/containers';

import {
  ComposeProject,
  type ComposeProjectOptions,
  type ContainerState,
  DOCKER_DIRECTORY,
} from './compose-project.ts';
import { ControlPlane } from './control-plane.ts';
import { Customer } from './customer.ts';
import { StackError } from './errors.ts';
import { lastLines, run } from './program.ts';
import { type Progress, quietly } from './progress.ts';

const CONTAINERS_TOOL = join(DOCKER_DIRECTORY, '../tools/containers');

/** What has to be there before anything is built, each of which does nothing where it is. */
const PREPARATIONS = [
  ['A Docker engine', 'ensure-engine.sh'],
  ['Compose', 'ensure-compose.sh'],
  ['Images of Node, Postgres and Redis', 'build-local-images.sh'],
] as const;

/** The first customer, whom docker/bootstrap.mjs makes. */
const CUSTOMER = 'alice';

/** Two busy cores start fifteen containers in well under a minute. */
const DEFAULT_READY_WITHIN_MS = 180_000;
const LOOK_AGAIN_MS = 500;
const ANSWER_LIMIT_MS = 5_000;
/** What a container that is no good is quoted with. */
const LOG_LINES = 5;

export interface ShopStackOptions extends Omit<ComposeProjectOptions, 'environment'> {
  /** Port of this machine's loopback address at which the gateway answers. */
  readonly port: number;
  readonly clock: Clock;
  /** @default says nothing */
  readonly progress?: Progress;
  /** Whether images are built first; without it those that are there are used. @default true */
  readonly build?: boolean;
  /** How long all containers may take to be healthy. @default 180000 */
  readonly readyWithinMs?: number;
}

/** The shop of docker/compose.yaml as a whole, running. Whoever started it takes it away, by `down`. */
export class ShopStack {
  /** Where the gateway answers. */
  readonly url: string;
  readonly project: ComposeProject;
  readonly controlPlane: ControlPlane;

  private constructor(project: ComposeProject, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.project = project;
    this.controlPlane = new ControlPlane(project);
  }

  /**
   * Sees to an engine, images, secrets and env files, starts every container, and resolves once all are healthy and the gateway leads to the shop. One
   * that runs already is brought up to date. Rejects with a StackError that names what is wrong; what was started by then stays, to be
   * looked at, until `down`.
   */
  static async start(options: ShopStackOptions): Promise<ShopStack> {
    const { progress = quietly, build = true, port, name, files } = options;
    for (const [label, script] of PREPARATIONS) {
      await progress(label, () => run([join(CONTAINERS_TOOL, script)]));
    }
    await progress('Secrets', () => run([process.execPath, join(DOCKER_DIRECTORY, 'bootstrap.mjs')]));
    await progress('Env files', () => run([process.execPath, join(DOCKER_DIRECTORY, 'env-files.mjs')]));
    if (build) {
      await progress('Images of the platform and the shop', buildImages);
    }
    const project = await ComposeProject.open({
      name,
      environment: { GATEWAY_PORT: String(port) },
      ...(files !== undefined && { files }),
    });
    const stack = new ShopStack(project, port);
    await progress('Containers', () => project.compose(['up', '--detach', '--no-build', '--remove-orphans']));
    await progress('Until all are healthy and the shop answers', () => stack.#isReady(options));
    return stack;
  }

  /** Runs that many containers of a service from now on; resolves once they were started. */
  async scale(service: string, count: number): Promise<void> {
    const scaled = ['--scale', `${service}=${count}`, service];
    await this.project.compose(['up', '--detach', '--no-build', '--no-recreate', '--no-deps', ...scaled]);
  }

  /** Stops the containers of a service in order, and starts them again. */
  async restart(service: string): Promise<void> {
    await this.project.compose(['restart', service]);
  }

  /** Runs a command in a container and resolves with what it printed. */
  exec(container: Pick<ContainerState, 'id'>, command: readonly string[]): Promise<string> {
    return run(['docker', 'exec', container.id, ...command]);
  }

  /** The customer whom the bootstrap step made. */
  async login(): Promise<Customer> {
    const password = await readFile(join(DOCKER_DIRECTORY, 'secrets/shop-password'), 'utf8');
    return Customer.login(this.url, { user: CUSTOMER, password: password.trimEnd() });
  }

  /** Resolves once all containers are healthy and the gateway leads to the shop. */
  async #isReady({ clock, readyWithinMs = DEFAULT_READY_WITHIN_MS }: ShopStackOptions): Promise<void> {
    const deadline = clock.now() + readyWithinMs;
    for (;;) {
      const waitedFor = (await this.project.containers()).filter(({ health }) => health !== 'healthy');
      if (waitedFor.length === 0 && (await answersWell(`${this.url}/api/orders`))) {
        return;
      }
      if (clock.now() >= deadline) {
        throw new StackError(await notReady(waitedFor, `${this.url}/api/orders does not answer with 200`));
      }
      await clock.sleep(LOOK_AGAIN_MS);
    }
  }
}

/** Removes the containers, networks and volumes of a project, running or not. */
export async function takeDown(options: Pick<ComposeProjectOptions, 'name' | 'files'>): Promise<void> {
  const project = await ComposeProject.open(options);
  await project.compose(['down', '--volumes', '--remove-orphans']);
}

async function buildImages(): Promise<void> {
  const tooLarge = await imagesTooLarge().catch((error: unknown) => {
    throw new StackError(`building an image failed: ${lastLines(String(error))}`, { cause: error });
  });
  if (tooLarge.length > 0) {
    throw new StackError(`images larger than they may be: ${tooLarge.join(', ')}`);
  }
}

async function imagesTooLarge(): Promise<readonly string[]> {
  const tooLarge: string[] = [];
  for await (const { name, bytes, maxBytes } of buildAppImages(new Engine())) {
    if (bytes > maxBytes) {
      tooLarge.push(name);
    }
  }
  return tooLarge;
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // the question was whether it would
  }
}

async function notReady(containers: readonly ContainerState[], otherwise: string): Promise<string> {
  if (containers.length === 0) {
    return otherwise;
  }
  const reports = containers.map(async ({ id, name, state, health }) => {
    const log = await run(['sh', '-c', `docker logs --tail ${LOG_LINES} "$0" 2>&1`, id]);
    return `${name} is ${state}, its health ${health}\n${log}`;
  });
  return (await Promise.all(reports)).join('');
}
