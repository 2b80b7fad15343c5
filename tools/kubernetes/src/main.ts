import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';

import type { Manifest } from './manifest.ts';

import { checkOverlay } from './check.ts';
import { overlayNames, renderOverlay } from './overlays.ts';
import { renderProblem } from './problem.ts';
import { newSecrets } from './secrets.ts';
import { checkWorkflows } from './workflows.ts';

const WORKFLOWS = join(import.meta.dirname, '..', '..', '..', '.github', 'workflows');

const USAGE = `npm run kubernetes -- check | render OVERLAY | secrets OVERLAY

check     holds what every overlay of docker/kubernetes renders to against the published schemas, and its parts
          against each other; and the workflows of .github
render    prints what an overlay applies
secrets   prints the Secrets that belong to it, with new tokens`;

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [command = '', overlay = ''] = positionals;
  await run(command, overlay);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  process.stderr.write(`kubernetes: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
}

async function run(command: string, overlay: string): Promise<void> {
  switch (command) {
    case 'check':
      await checkAll();
      return;
    case 'render':
      print((await renderOverlay(overlay)).manifests);
      return;
    case 'secrets':
      print(newSecrets(await renderOverlay(overlay)));
      return;
    default:
      throw new RangeError(`no command "${command}"\n${USAGE}`);
  }
}

async function checkAll(): Promise<void> {
  const lines = await checkWorkflows(WORKFLOWS);
  const names = await overlayNames();
  for (const name of names) {
    const problems = await checkOverlay(await renderOverlay(name));
    lines.push(...problems.map((problem) => `${name}: ${renderProblem(problem)}`));
  }
  if (lines.length > 0) {
    throw new Error(`${lines.length} problems\n${lines.join('\n')}`);
  }
  process.stdout.write(`Kubernetes manifests of ${names.join(', ')}, and the workflows: nothing found\n`);
}

function print(manifests: readonly Manifest[]): void {
  process.stdout.write(manifests.map((manifest) => stringify(manifest)).join('---\n'));
}
