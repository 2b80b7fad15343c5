import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { checkWorkflows } from './workflows.ts';

const workflow = (step: string) => `on: push\njobs:\n  run:\n    runs-on: ubuntu-22.04\n    steps:\n      - ${step}\n`;

it('finds what GitHub would refuse in a workflow, with file and line', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'good.yml'), workflow('run: npm ci'));
  await writeFile(join(directory.path, 'bad.yml'), workflow('runs: npm ci'));

  expect(await checkWorkflows(directory.path)).toContainEqual(expect.stringMatching(/^bad\.yml:6:\d+: .*"runs"/));
  expect(await checkWorkflows(directory.path)).not.toContainEqual(expect.stringMatching(/^good\.yml/));
});
