import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ReadmeSnippet } from '@signalbox/testkit';

import { Platform } from '../src/platform.ts';
import { WorkingCopy } from '../src/working-copy.ts';

const CLOCK = new URL('../../../libs/clock/README.md', import.meta.url);
const SCHEMAS = new URL('../../../libs/schemas/README.md', import.meta.url);
const PROVIDER = new URL('../../../libs/openfeature-provider/README.md', import.meta.url);

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start({ instances: () => [] });
}, 60_000);

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

/** Adds the configuration that a README shows to what all services share. */
async function pushConfigurationOf(readme: URL): Promise<void> {
  const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(await readFile(readme, 'utf8')) ?? [];
  await using copy = await WorkingCopy.clone(platform.repository);
  const path = 'common/production.yaml';
  const version = await copy.push({ [path]: `${await copy.read(path)}${yaml}` }, 'Try what the README shows');
  await platform.served('orders', version);
}

describe('the README of the OpenFeature provider', () => {
  it.each(ReadmeSnippet.readAll(PROVIDER))('has a program at line $line that prints what it says', async (snippet) => {
    await pushConfigurationOf(PROVIDER);

    expect(await snippet.run({ SIGNALBOX_CONFIG_URL: platform.url('config') })).toBe(snippet.prints);
  });
});

/** testkit, which runs the programs of the other libraries, stands on these. */
describe.each([
  { name: 'clock', readme: CLOCK },
  { name: 'schemas', readme: SCHEMAS },
])('the README of $name', ({ readme }) => {
  it.each(ReadmeSnippet.readAll(readme))('has a program at line $line that prints what it says', async (snippet) => {
    expect(await snippet.run()).toBe(snippet.prints);
  });
});
