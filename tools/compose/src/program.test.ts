import { describe, expect, it } from 'vitest';

import { StackError } from './errors.ts';
import { run, succeeds } from './program.ts';

describe('run', () => {
  it('hands over input and variables, and resolves with what was printed', async () => {
    const printed = await run(['sh', '-c', 'read line; echo "$line for $CUSTOMER"'], {
      input: 'two lamps\n',
      environment: { CUSTOMER: 'alice' },
    });

    expect(printed).toBe('two lamps for alice\n');
  });

  it('tells the last lines that a failed program printed on standard error', async () => {
    const failing = run(['sh', '-c', 'seq 1 100 >&2; echo on the way; exit 3']);

    await expect(failing).rejects.toThrow(StackError);
    await expect(failing).rejects.toThrow(/^sh -c failed: 86\n(\d+\n)+100$/);
  });

  it('tells that a program is not there', async () => {
    await expect(run(['no-such-program'])).rejects.toThrow(/^no-such-program failed: .*ENOENT/);
  });

  it('ends a program that takes too long', async () => {
    await expect(run(['sleep', '600'], { timeoutMs: 50 })).rejects.toThrow('sleep 600 failed');
  });

  it('minds no program that does not read what it is given', async () => {
    await expect(run(['true'], { input: 'x'.repeat(1_000_000) })).resolves.toBe('');
  });
});

it('a program succeeds that is there and ends with 0', async () => {
  await expect(succeeds(['true'])).resolves.toBe(true);
  await expect(succeeds(['false'])).resolves.toBe(false);
  await expect(succeeds(['no-such-program'])).resolves.toBe(false);
});
