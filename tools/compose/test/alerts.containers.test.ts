import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { DOCKER_DIRECTORY } from '../src/compose-project.ts';
import { run, succeeds } from '../src/program.ts';

const IMAGES = join(DOCKER_DIRECTORY, 'observability-images.json');
const { prometheus } = JSON.parse(readFileSync(IMAGES, 'utf8')) as { prometheus: string }; // our own file
const isHere = await succeeds(['docker', 'image', 'inspect', prometheus]);

/** Runs Prometheus' own checker on what is mounted where compose.yaml mounts it. */
function promtool(...args: string[]): Promise<string> {
  const mount = `${join(DOCKER_DIRECTORY, 'prometheus')}:/etc/prometheus:ro`;
  const options = ['--rm', '--network', 'none', '--volume', mount, '--workdir', '/etc/prometheus'];
  return run(['docker', 'run', ...options, '--entrypoint', 'promtool', prometheus, ...args]);
}

// Its image is not among those that the container suites need: tools/containers/build-local-images.sh docker/observability-images.json
describe.skipIf(!isHere)('the alerts', () => {
  it('are in a configuration that Prometheus takes', async () => {
    await expect(promtool('check', 'config', 'prometheus.yml')).resolves.toContain('8 rules found');
  });

  it('are given for what they are meant for, and for nothing less', async () => {
    await expect(promtool('test', 'rules', 'alerts.test.yml')).resolves.toContain('SUCCESS');
  });
});
