import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { SettingsError } from './errors.ts';
import { type MainOptions, runMain } from './run-main.ts';

/** As much of a process as an app's main touches. */
function fakeProcess() {
  const written: string[] = [];
  const process = Object.assign(new EventEmitter(), {
    env: { SIGNALBOX_PORT: '1' },
    exitCode: undefined as number | undefined,
    exit: vi.fn(),
    stderr: { write: (text: string) => written.push(text) },
  });
  return { process, written };
}

const main = (process: EventEmitter, options: Partial<MainOptions>) =>
  runMain({
    name: 'app',
    process: process as NodeJS.Process, // as much of one as is needed
    clock: new FakeClock(),
    start: () => Promise.resolve({ close: () => Promise.resolve() }),
    ...options,
  });

describe('runMain', () => {
  it.each(['SIGTERM', 'SIGINT', 'disconnect'])('closes what runs and ends with 0 on %s', async (event) => {
    const { process } = fakeProcess();
    const close = vi.fn(() => Promise.resolve());
    const running = main(process, { start: () => Promise.resolve({ close }) });
    await Promise.resolve();

    process.emit(event);
    await running;

    expect(close).toHaveBeenCalledOnce();
    expect(process.exitCode).toBe(0);
    expect(process.exit).toHaveBeenCalledOnce();
  });

  it("tells a start that failed for the operator's reason in one line", async () => {
    const { process, written } = fakeProcess();

    await main(process, { start: () => Promise.reject(new SettingsError('SIGNALBOX_PORT: too small')) });

    expect(written).toEqual(['app: SIGNALBOX_PORT: too small\n']);
    expect(process.exitCode).toBe(1);
  });

  it('shows where an unforeseen failure came from', async () => {
    const { process, written } = fakeProcess();

    await main(process, { start: () => Promise.reject(new Error('unforeseen')) });

    expect(written.join('')).toMatch(/^app: Error: unforeseen\n +at /);
  });

  it('ends with 1 when closing takes too long', async () => {
    const { process } = fakeProcess();
    const clock = new FakeClock();
    const never = () => Promise.withResolvers<undefined>().promise;
    const running = main(process, { clock, start: () => Promise.resolve({ close: never }) });

    process.emit('SIGTERM');
    await clock.advance(4_000);
    await running;

    expect(process.exitCode).toBe(1);
  });

  it('gives closing its time after the notice that it lets pass', async () => {
    const { process } = fakeProcess();
    const clock = new FakeClock();
    const drainNoticeMs = 60_000;
    const close = () => clock.sleep(drainNoticeMs + 3_000);
    const running = main(process, { clock, start: () => Promise.resolve({ drainNoticeMs, close }) });

    process.emit('SIGTERM');
    await clock.advance(63_000);
    await running;

    expect(process.exitCode).toBe(0);
  });

  it('ends with 1 when closing takes too long after its notice', async () => {
    const { process } = fakeProcess();
    const clock = new FakeClock();
    const close = () => Promise.withResolvers<undefined>().promise;
    const running = main(process, { clock, start: () => Promise.resolve({ drainNoticeMs: 60_000, close }) });

    process.emit('SIGTERM');
    await clock.advance(63_999);
    expect(process.exit).not.toHaveBeenCalled();
    await clock.advance(1);
    await running;

    expect(process.exitCode).toBe(1);
  });

  it('ends with 1 when a start does not heed that it is to stop', async () => {
    const { process } = fakeProcess();
    const clock = new FakeClock();
    const running = main(process, { clock, start: () => Promise.withResolvers<never>().promise });

    process.emit('SIGTERM');
    await clock.advance(4_000);
    await running;

    expect(process.exitCode).toBe(1);
  });

  it('leaves a second signal of the same kind to the system, which ends the process', () => {
    const { process } = fakeProcess();
    void main(process, { start: () => Promise.withResolvers<never>().promise });

    process.emit('SIGINT');

    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('closes what a stop during the start left running', async () => {
    const { process } = fakeProcess();
    const close = vi.fn(() => Promise.resolve());
    const running = main(process, {
      start: (_environment, signal) => {
        process.emit('SIGTERM');
        return Promise.resolve({ close: signal.aborted ? close : () => Promise.reject(new Error('not told')) });
      },
    });

    await running;

    expect(close).toHaveBeenCalledOnce();
  });
});
