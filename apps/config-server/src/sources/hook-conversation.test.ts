import type { Duplex } from 'node:stream';

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { env } from 'node:process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { answerQuestion, readQuestion } from './hook-conversation.ts';
import { installHook } from './pre-receive-hook.ts';

const BEFORE = 'a'.repeat(40);
const AFTER = 'b'.repeat(40);
const NONE = '0'.repeat(40);
const MAIN = `${BEFORE} ${AFTER} refs/heads/main\n`;

/** The hook as Git runs it, and this end of the socket that it inherits. */
async function startHook(dataDir: string, references: string) {
  const folder = await installHook(dataDir);
  const quarantine = join(dataDir, 'objects', 'tmp_objdir-incoming-aB3');
  const hook = spawn(join(folder, 'pre-receive'), {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: env['PATH'], GIT_QUARANTINE_PATH: quarantine },
  });
  const [stdin, , stderr, channel] = hook.stdio;
  stdin.end(references);
  const said = text(stderr);
  const ended = once(hook, 'exit').then(async ([code]: unknown[]) => ({ code, said: await said }));
  return { channel: channel as Duplex, ended };
}

describe('the hook of a push', () => {
  it('asks about every reference, and lets an accepted push through', async () => {
    await using directory = await temporaryDirectory();
    const hook = await startHook(
      directory.path,
      `${MAIN}${NONE} ${AFTER} refs/heads/side\n${BEFORE} ${NONE} refs/tags/v1\n`,
    );

    const question = await readQuestion(hook.channel);
    answerQuestion(hook.channel, { kind: 'accepted' });

    expect(question).toEqual({
      quarantine: 'tmp_objdir-incoming-aB3',
      moves: [
        { reference: 'refs/heads/main', before: BEFORE, after: AFTER },
        { reference: 'refs/heads/side', after: AFTER },
        { reference: 'refs/tags/v1', before: BEFORE },
      ],
    });
    await expect(hook.ended).resolves.toEqual({ code: 0, said: '' });
  });

  it('refuses with every line that it is told, and none that a terminal obeys', async () => {
    await using directory = await temporaryDirectory();
    const hook = await startHook(directory.path, MAIN);

    await readQuestion(hook.channel);
    answerQuestion(hook.channel, {
      kind: 'refused',
      lines: ['a.yaml:1: is $(wrong)', 'b\u001B[31m.yaml: accepted\naccepted'],
    });

    await expect(hook.ended).resolves.toEqual({
      code: 1,
      said: 'a.yaml:1: is $(wrong)\nb [31m.yaml: accepted accepted\n',
    });
  });

  it('refuses when there is nobody to ask, and when nobody answers', async () => {
    await using directory = await temporaryDirectory();
    const unasked = await startHook(directory.path, MAIN);
    unasked.channel.destroy();
    const unanswered = await startHook(directory.path, MAIN);
    await readQuestion(unanswered.channel);
    unanswered.channel.destroy();

    const codes = (await Promise.all([unasked.ended, unanswered.ended])).map(({ code }) => code);
    expect(codes).not.toContain(0);
  });
});

describe('readQuestion', () => {
  it('takes nothing for a question that is cut short, and no folder outside of the objects', async () => {
    const cutShort = new PassThrough();
    cutShort.end(`/objects/incoming-a\n${MAIN}`);
    const outside = new PassThrough();
    outside.end(`/objects/incoming-a/../..\n${MAIN}end\n`);

    await expect(readQuestion(cutShort)).resolves.toBeUndefined();
    await expect(readQuestion(outside)).rejects.toThrow('git receive-pack failed: keeps what it received in');
  });

  it('takes no question without end', async () => {
    const endless = new PassThrough();
    endless.end(`\n${MAIN.repeat(20_000)}end\n`);

    await expect(readQuestion(endless)).rejects.toThrow('the push moves more references than 1048576 bytes hold');
  });
});
