import type { Platform } from '../platform.ts';

import { Acknowledgements } from './acknowledgements.ts';

const SERVICE = 'ledger';
/** Longer than any test: nobody renews. */
const TTL_MS = 3_600_000;

type Standing = 'absent' | 'up' | 'out-of-service';

interface Step {
  readonly method: 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly leadsTo: Standing;
}

const REGISTER: Step = {
  method: 'PUT',
  path: '',
  body: { address: '127.0.0.1', port: 1, ttlMs: TTL_MS },
  leadsTo: 'up',
};
const OVERRIDE: Step = {
  method: 'PUT',
  path: '/status',
  body: { status: 'out-of-service' },
  leadsTo: 'out-of-service',
};
const CLEAR: Step = { method: 'DELETE', path: '/status', leadsTo: 'up' };
const LEAVE: Step = { method: 'DELETE', path: '', leadsTo: 'absent' };

/** What becomes of one instance after the other. */
const LIVES: readonly (readonly [Step, ...Step[]])[] = [
  [REGISTER],
  [REGISTER, OVERRIDE],
  [REGISTER, OVERRIDE, CLEAR],
  [REGISTER, LEAVE],
];

/** Registrations, overrides and departures of instances that nobody else knows of. */
export class RegistryWrites {
  readonly acknowledgements = new Acknowledgements();
  readonly #platform: Platform;
  /** How each instance may stand: as was acknowledged last, or as the write after that, of which nobody knows, would have it. */
  readonly #possible = new Map<string, readonly Standing[]>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async write(index: number): Promise<void> {
    const id = `ledger-${index}`;
    const url = this.#platform.url('registry', `/api/v1/services/${SERVICE}/instances/${id}`);
    let acknowledged: Standing = 'absent';
    for (const { method, path, body, leadsTo } of LIVES[index % LIVES.length] ?? []) {
      this.#possible.set(id, [acknowledged, leadsTo]);
      if ((await this.acknowledgements.send(`${url}${path}`, method, body)) === undefined) {
        return;
      }
      this.#possible.set(id, [leadsTo]);
      acknowledged = leadsTo;
    }
  }

  /** Instances that do not stand as was acknowledged, in the platform that is given: the one written to, or one restored from it. */
  async lost(platform = this.#platform): Promise<readonly string[]> {
    const listed = await platform.listed(SERVICE, () => true);
    const standings = new Map<string, string>(listed.map(({ id, status }) => [id, status]));
    return [...this.#possible].flatMap(([id, possible]) => {
      const found = standings.get(id) ?? 'absent';
      return possible.some((standing) => standing === found) ? [] : [`${id} is ${found}, not ${possible.join(' or ')}`];
    });
  }
}
