import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Scene, Step } from './scene.ts';

import { DOCKER_DIRECTORY } from '../compose-project.ts';
import { StackError } from '../errors.ts';
import { run } from '../program.ts';
import { greetedBy } from './configuration.ts';

/**
 * Clones, changes one file and pushes, in the container of the config-server, whose image has git and whose /tmp is memory. The token comes in by
 * standard input and is handed over by a credential helper, so that no list of processes shows it.
 */
const PUSH = `
  read -r TOKEN
  export TOKEN HOME=/tmp GIT_TERMINAL_PROMPT=0
  clone=$(mktemp -d)
  trap 'rm -rf "$clone"' EXIT
  git() {
    command git -c user.name=Scenario -c user.email=scenario@shop.example \
      -c credential.helper='!f() { echo username=operator; echo "password=$TOKEN"; }; f' "$@" 2>&1
  }
  git clone --quiet http://127.0.0.1:8888/git/config.git "$clone" || exit
  cd "$clone" && printf '%s\\n' "$2" > "$1" && git add "$1" && git commit --quiet --message "$3" && git push --quiet
`;

interface Pushed {
  readonly path: string;
  readonly content: string;
  readonly message: string;
}

/** Resolves once git has ended well. Rejects with a StackError that quotes it otherwise. */
async function push({ stack }: Scene, { path, content, message }: Pushed): Promise<void> {
  const [container] = await stack.project.containers('config-server');
  const token = await readFile(join(DOCKER_DIRECTORY, 'secrets/operator-token'), 'utf8');
  const command = ['docker', 'exec', '--interactive', container?.id ?? '', 'sh', '-c', PUSH, 'push'];
  await run([...command, path, content, message], { input: `${token.trimEnd()}\n`, timeoutMs: 60_000 });
}

const PATH = 'orders/production.yaml';

/** As docker/seed/shop has the file, with what is to be changed. */
const withKeys = (keys: string) => `maxItems: 50\n${keys}`;

export const pushConfiguration: Step = {
  title: 'Change the greeting by git push, and see it in every instance of orders',
  services: ['config-server', 'orders'],
  async run(scene) {
    const startedAt = scene.clock.now();
    await push(scene, { path: PATH, content: withKeys('greeting: All aboard'), message: 'Greet otherwise' });
    try {
      await greetedBy(scene, 'All aboard');
      return `in all of them ${((scene.clock.now() - startedAt) / 1_000).toFixed(1)} s after the clone was begun`;
    } finally {
      await push(scene, { path: PATH, content: withKeys(''), message: 'Greet as before' });
    }
  },
};

export const refusePush: Step = {
  title: 'Refuse a push that breaks the schema of orders',
  services: ['config-server'],
  async run(scene) {
    const refusal = await push(scene, { path: PATH, content: 'maxItems: many', message: 'Allow many items' }).then(
      () => 'a push that went through',
      (error: unknown) => String(error),
    );
    if (!refusal.includes('/maxItems must be integer')) {
      throw new StackError(`expected the pointer /maxItems and the reason at the terminal, not: ${refusal}`);
    }
    return 'told at the terminal of whoever pushes, with the pointer /maxItems';
  },
};
