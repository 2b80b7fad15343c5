import { join } from 'node:path';

import { StackError } from './errors.ts';
import { type ProgramOptions, run, succeeds } from './program.ts';

/** Where the compose files are. */
export const DOCKER_DIRECTORY = join(import.meta.dirname, '../../../docker');

/** Docker's plugin, v2, and the program of its own that came before, 1.29; the first that answers is used. */
const PROGRAMS = [['docker', 'compose'], ['docker-compose']] as const;

export interface ComposeProjectOptions {
  /** Stands before the names of its containers, networks and volumes. */
  readonly name: string;
  /** In `docker/`; later ones are laid over earlier ones. @default ['compose.yaml'] */
  readonly files?: readonly string[];
  /** What the files interpolate, over `docker/.env`. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A container as the engine shows it. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** `running`, `exited`, `restarting` */
  readonly state: string;
  /** What its HEALTHCHECK says: `healthy`, `unhealthy`, `starting`, or `none` of a container without one. */
  readonly health: string;
}

/** The containers of one run of the compose files. */
export class ComposeProject {
  readonly name: string;
  readonly #command: readonly string[];
  readonly #shown: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(program: readonly string[], options: ComposeProjectOptions) {
    const { name, files = ['compose.yaml'], environment = {} } = options;
    const filesIn = (directory: string) => files.flatMap((file) => ['--file', join(directory, file)]);
    const named = [...program, '--project-name', name];
    this.name = name;
    this.#command = [...named, '--project-directory', DOCKER_DIRECTORY, ...filesIn(DOCKER_DIRECTORY)];
    this.#shown = [...named, ...filesIn('docker')];
    this.#environment = environment;
  }

  /** Starts nothing. Rejects with a StackError where neither compose is installed. */
  static async open(options: ComposeProjectOptions): Promise<ComposeProject> {
    const program = await installedProgram();
    if (program === undefined) {
      throw new StackError('neither docker compose nor docker-compose answers: tools/containers/ensure-compose.sh');
    }
    return new ComposeProject(program, options);
  }

  /** Whether one can be opened here. */
  static async isInstalled(): Promise<boolean> {
    return (await installedProgram()) !== undefined;
  }

  /** What a person types, at the root of the workspace, before a command of compose. */
  get commandLine(): string {
    const variables = Object.entries(this.#environment).map(([name, value]) => `${name}=${value}`);
    return [...variables, ...this.#shown].join(' ');
  }

  /** Runs one command of compose and resolves with its output. */
  compose(args: readonly string[], options: Omit<ProgramOptions, 'environment'> = {}): Promise<string> {
    return run([...this.#command, ...args], { ...options, environment: this.#environment });
  }

  /** All containers, or those of one service, running or not, by name. */
  async containers(service?: string): Promise<readonly ContainerState[]> {
    const labels = [`com.docker.compose.project=${this.name}`];
    const filters = [...labels, ...(service === undefined ? [] : [`com.docker.compose.service=${service}`])];
    const format = '{{.ID}}\t{{.Names}}\t{{.Label "com.docker.compose.service"}}\t{{.State}}\t{{.Status}}';
    const listing = ['ps', '--all', '--no-trunc', ...filters.flatMap((filter) => ['--filter', `label=${filter}`])];
    const output = await run(['docker', ...listing, '--format', format]);
    const lines = output.split('\n').filter((line) => line !== '');
    return lines.map(toContainerState).toSorted((a, b) => a.name.localeCompare(b.name));
  }
}

async function installedProgram(): Promise<readonly string[] | undefined> {
  for (const program of PROGRAMS) {
    if (await succeeds([...program, 'version'])) {
      return program;
    }
  }
  return undefined;
}

function toContainerState(line: string): ContainerState {
  const [id = '', name = '', service = '', state = '', status = ''] = line.split('\t');
  return { id, name, service, state, health: healthIn(status) };
}

/** In `Up 5 seconds (healthy)`, `Up 1 second (health: starting)`, `Up 5 seconds`. */
function healthIn(status: string): string {
  return /\((?:health: )?(\w+)\)$/.exec(status)?.[1] ?? 'none';
}
