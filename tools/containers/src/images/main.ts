import { imageNames } from '@signalbox/testkit';

import { Engine } from '../engine.ts';
import { buildAppImages } from './app-images.ts';

const BYTES_PER_MB = 1_000_000;

const engine = new Engine();

async function buildAll(): Promise<void> {
  await refuseWithoutNode();
  const tooLarge: string[] = [];
  let startedAt = performance.now();
  for await (const image of buildAppImages(engine)) {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(
      `${image.name}: ${megabytes(image.bytes)} of at most ${megabytes(image.maxBytes)}, in ${seconds} s\n`,
    );
    if (image.bytes > image.maxBytes) {
      tooLarge.push(image.name);
    }
    startedAt = performance.now();
  }
  if (tooLarge.length > 0) {
    throw new Error(`larger than it may be: ${tooLarge.join(', ')}`);
  }
}

async function refuseWithoutNode(): Promise<void> {
  const trouble = await engine.trouble();
  if (trouble !== undefined) {
    throw new Error(`${trouble}: tools/containers/ensure-engine.sh installs one on Debian and Ubuntu`);
  }
  if (!(await engine.provides(imageNames.node))) {
    throw new Error(
      `${imageNames.node} is not on this machine and can't be pulled: tools/containers/build-local-images.sh builds it`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / BYTES_PER_MB).toFixed(0)} MB`;
}

try {
  await buildAll();
} catch (error) {
  process.stderr.write(`images: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
