import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

import type { ComposeProject } from './compose-project.ts';

import { DOCKER_DIRECTORY } from './compose-project.ts';
import { StackError } from './errors.ts';
import { run } from './program.ts';

/** Runs in a container, of which the image has Node and no curl; the token comes in by standard input, where no list of processes shows it. */
const ASK = `
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { url, ...init } = JSON.parse(text);
  const response = await fetch(url, init);
  process.stdout.write(JSON.stringify({ status: response.status, body: await response.text() }));
`;

const Answer = z.object({ status: z.number(), body: z.string() });
export type ControlPlaneAnswer = z.infer<typeof Answer>;

export interface ControlPlaneRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** Sent as JSON. @default none */
  readonly body?: unknown;
}

/** Longer than any answer but that of a long poll. */
const ANSWER_LIMIT_MS = 30_000;

const PORTS = { 'config-server': 8888, registry: 8500, gateway: 8081 } as const;
export type ServerName = keyof typeof PORTS;

/**
 * The control APIs as the operator calls them. No network of this machine leads to them: requests are sent from within the container of
 * the config-server, with the token that the bootstrap step made.
 */
export class ControlPlane {
  readonly #project: ComposeProject;

  constructor(project: ComposeProject) {
    this.#project = project;
  }

  /** Rejects with a StackError where nobody answers. */
  async request(server: ServerName, path: string, options: ControlPlaneRequest = {}): Promise<ControlPlaneAnswer> {
    const { method = 'GET', body } = options;
    const [container] = await this.#project.containers('config-server');
    if (container === undefined) {
      throw new StackError(`${this.#project.name} has no config-server`);
    }
    const token = await readFile(join(DOCKER_DIRECTORY, 'secrets/operator-token'), 'utf8');
    const input = JSON.stringify({
      url: `http://${server}:${PORTS[server]}${path}`,
      method,
      headers: { authorization: `Bearer ${token.trimEnd()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const command = ['docker', 'exec', '--interactive', container.id, 'node', '--input-type=module', '--eval', ASK];
    return Answer.parse(JSON.parse(await run(command, { input, timeoutMs: ANSWER_LIMIT_MS })));
  }
}
