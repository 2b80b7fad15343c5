import { env } from 'node:process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { BackendProcess } from './backend-process.ts';
import { exchangeEnvironment } from './exchange-environment.ts';
import { GitCommands } from './git-commands.ts';
import { prepareGit } from './git-environment.ts';

const SILENCE_MS = 10_000;
const EXCHANGE_MS = 25_000;

/** A backend that waits for what a client fetches. */
async function startBackend(dataDir: string) {
  const environment = await prepareGit(dataDir, env);
  await new GitCommands({ directory: dataDir, environment, silenceTimeoutMs: 10_000 }).run(['init', '--bare', 'c.git']);
  const clock = new FakeClock();
  const directory = `${dataDir}/c.git`;
  const request = { program: 'git-upload-pack', body: Readable.from([]) } as const;
  const backend = new BackendProcess({
    directory,
    environment: {
      ...environment,
      ...exchangeEnvironment(request, { directory, hooksFolder: '/dev/null', maxInputBytes: 100 }),
    },
    clock,
    maxInputBytes: 100,
    silenceTimeoutMs: SILENCE_MS,
    exchangeTimeoutMs: EXCHANGE_MS,
  });
  backend.channel.resume(); // its end is that of the exchange
  return { backend, clock };
}

describe('BackendProcess', () => {
  it('is ended when nothing has moved for as long as git may be silent', async () => {
    await using directory = await temporaryDirectory();
    const { backend, clock } = await startBackend(directory.path);

    await clock.advance(SILENCE_MS);

    await expect(backend.ended).resolves.toBeUndefined();
  });

  it('is ended when the exchange takes too long, however much moves', async () => {
    await using directory = await temporaryDirectory();
    const { backend, clock } = await startBackend(directory.path);
    const sent = new Readable({ read: () => undefined });
    const fed = backend.feed(sent);

    for (let elapsedMs = 0; elapsedMs < EXCHANGE_MS; elapsedMs += 5_000) {
      sent.push('0');
      await clock.advance(5_000);
    }

    await expect(backend.ended).resolves.toBeUndefined();
    sent.push(null);
    await fed;
  });

  it('takes no more than the bound', async () => {
    await using directory = await temporaryDirectory();
    const { backend } = await startBackend(directory.path);

    await expect(backend.feed(Readable.from([Buffer.alloc(60), Buffer.alloc(41)]))).rejects.toMatchObject({
      code: 'request/too-large',
    });
    await backend.kill();
  });

  it('reads and drops what is sent to it after its end', async () => {
    await using directory = await temporaryDirectory();
    const { backend } = await startBackend(directory.path);
    await backend.kill();

    await expect(backend.feed(Readable.from([Buffer.alloc(60)]))).resolves.toBeUndefined();
  });

  it('tells what git complained of', async () => {
    await using directory = await temporaryDirectory();
    const { backend } = await startBackend(directory.path);
    const printed = text(backend.output);

    await backend.feed(Readable.from([Buffer.from('nonsense')]));
    await backend.ended;

    await printed;
    expect(backend.failure.message).toMatch(/^git http-backend failed: fatal: protocol error/);
  });
});
