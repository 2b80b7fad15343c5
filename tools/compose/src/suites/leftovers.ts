import { isRunning } from '@signalbox/containers';

import { run } from '../program.ts';
import { takeDown } from '../shop-stack.ts';
import { runOf } from './project-name.ts';

const PROJECT_LABEL = 'com.docker.compose.project';

/** Takes away what runs on this machine left that ended without doing so themselves: runs that were killed. */
export async function takeDownLeftovers(): Promise<void> {
  const listing = ['ps', '--all', '--filter', `label=${PROJECT_LABEL}`, '--format', `{{.Label "${PROJECT_LABEL}"}}`];
  const projects = new Set((await run(['docker', ...listing])).split('\n'));
  for (const name of projects) {
    const pid = runOf(name);
    if (pid !== undefined && !isRunning(pid)) {
      await takeDown({ name });
    }
  }
}
