import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { Platform } from '../platform.ts';

import { Acknowledgements } from './acknowledgements.ts';

const run = promisify(execFile);

interface Update {
  readonly key: string;
  readonly value: number;
  readonly version: string;
}

/** A key of its own with each `POST /admin/update`, all for one service. */
export class ConfigurationWrites {
  readonly acknowledgements = new Acknowledgements();
  readonly #platform: Platform;
  readonly #updates: Update[] = [];

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async write(index: number): Promise<void> {
    const key = `written${index}`;
    const answer = await this.acknowledgements.send(this.#platform.url('config', '/admin/update'), 'POST', {
      service: 'ledger',
      environment: 'production',
      set: { [key]: index },
    });
    if (answer !== undefined) {
      const { version } = answer as { version: string }; // the documented answer
      this.#updates.push({ key, value: index, version });
    }
  }

  /**
   * What was acknowledged and is not in the history, or not in the effective configuration, of the platform that is given: the one written to, or
   * one restored from it. Rejects where Git finds the repository damaged.
   */
  async lost(platform = this.#platform): Promise<readonly string[]> {
    const git = ['--git-dir', platform.repository];
    await run('git', [...git, 'fsck', '--no-dangling', '--strict']);
    const { stdout } = await run('git', [...git, 'rev-list', 'main'], { maxBuffer: 2 ** 24 });
    const history = new Set(stdout.split('\n'));
    const served = await platform.getJson<Record<string, unknown>>('config', '/config/ledger/production');
    return this.#updates.flatMap(({ key, value, version }) => [
      ...(history.has(version) ? [] : [`commit ${version}, which set ${key}, is not in the history`]),
      ...(served[key] === value ? [] : [`${key} is served as ${String(served[key])}, not as ${value}`]),
    ]);
  }
}
