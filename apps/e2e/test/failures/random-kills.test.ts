import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect } from 'vitest';

import { RequestStream, seededIntegers } from '@signalbox/testkit';

import { keepWriting } from '../../src/acknowledged/acknowledgements.ts';
import { ConfigurationWrites } from '../../src/acknowledged/configuration-writes.ts';
import { RegistryWrites } from '../../src/acknowledged/registry-writes.ts';
import { failureMode, type Measurement } from '../../src/failure-modes/failure-mode.ts';
import { ECHO_GETS } from '../../src/failure-modes/workloads.ts';
import { Platform } from '../../src/platform.ts';

/** Requests sent before the first kill, and after the last. */
const OBSERVED = 100;
const PER_SECOND = 50;
const TIMEOUT_MS = 600_000;

/** Of those who keep what was acknowledged, and of those who carry the requests: two of them may be away at a time. */
const KILLS = { keeping: 28, carrying: 22 };
const KEEPING = ['config-server', 'registry'] as const;
const CARRYING = ['gateway', 'echo-1', 'echo-2'] as const;
/** Writes acknowledged between a recovery and the next kill, at most; and turns of the event loop after the last of them. */
const MOST_WRITES = 6;
const MOST_TURNS = 60;

/** What a killed git left locked is free again after this long. */
const GIT_TIMEOUT_MS = 3_000;

const SEED = Number(process.env['SIGNALBOX_E2E_SEED'] ?? Date.now() % 1_000_000);

interface Writes {
  readonly configuration: ConfigurationWrites;
  readonly registry: RegistryWrites;
}

class Killer {
  readonly #platform: Platform;
  readonly #writes: Writes;

  constructor(platform: Platform, writes: Writes) {
    this.#platform = platform;
    this.#writes = writes;
  }

  /** Kills one of them at a moment that has nothing to do with what it is doing, and starts it again, so many times. */
  async kill(victims: readonly string[], { times, seed }: { times: number; seed: number }): Promise<void> {
    const random = seededIntegers(seed);
    for (let kill = 0; kill < times; kill += 1) {
      const victim = victims[random(victims.length)] ?? '';
      const { configuration, registry } = this.#writes;
      await (victim === 'config-server' ? configuration : registry).acknowledgements.more(1 + random(MOST_WRITES));
      for (let turns = random(MOST_TURNS); turns > 0; turns -= 1) {
        await turnOfTheLoop();
      }
      await this.#platform.fleet.process(victim).killAll();
      await this.#restart(victim);
    }
  }

  async #restart(victim: string): Promise<void> {
    const { fleet } = this.#platform;
    if (victim === 'config-server' || victim === 'registry' || victim === 'gateway') {
      await fleet.startServer(victim);
      return;
    }
    const before = await this.#platform.instances('echo', () => true);
    const isKilled = ({ id, port }: { id: string; port: number }) =>
      before.some((instance) => instance.id === id && instance.port === port);
    await this.#platform.startEcho({ id: victim });
    await this.#platform.instances('echo', (instances) =>
      instances.some((instance) => instance.id === victim && !isKilled(instance)),
    );
  }
}

/** Resolves when all kills are survived and writes are acknowledged again; nothing is under way then, nor when it rejects. */
async function killUnderWrites(platform: Platform, writes: Writes): Promise<void> {
  const all = [writes.configuration, writes.registry];
  const stop = new AbortController();
  const writing = all.map((each) => keepWriting((index) => each.write(index), stop.signal));
  const killer = new Killer(platform, writes);
  const killing = [
    killer.kill(KEEPING, { times: KILLS.keeping, seed: SEED }),
    killer.kill(CARRYING, { times: KILLS.carrying, seed: SEED + 1 }),
  ];
  try {
    await Promise.all(killing);
    await Promise.all(all.map(({ acknowledgements }) => acknowledgements.more(1)));
  } finally {
    stop.abort();
    all.forEach(({ acknowledgements }) => {
      acknowledgements.end();
    });
    await Promise.allSettled([...writing, ...killing]);
  }
}

async function killAtRandom(): Promise<Measurement> {
  await using platform = await Platform.startWithEcho([{ id: 'echo-1' }, { id: 'echo-2' }], {
    'config-server': { SIGNALBOX_GIT_TIMEOUT_MS: String(GIT_TIMEOUT_MS) },
  });
  const configuration = new ConfigurationWrites(platform);
  const registry = new RegistryWrites(platform);
  const stream = RequestStream.start(platform.url('gateway'), { requests: ECHO_GETS, perSecond: PER_SECOND });
  await stream.observe(OBSERVED);

  stream.phase('killing');
  await killUnderWrites(platform, { configuration, registry }).catch(async (error: unknown) => {
    await stream.stop();
    throw error;
  });
  stream.phase('after');
  await stream.observe(OBSERVED);
  await stream.stop();

  const after = stream.report('after');
  expect(after.failed, after.reasons.join('\n')).toBe(0);
  const lost = [...(await configuration.lost()), ...(await registry.lost())];
  const killing = stream.report('killing');
  const answered = killing.outcomes.filter(({ status }) => status >= 500).length;
  const acknowledged = `${configuration.acknowledgements.count} updates, ${registry.acknowledgements.count} writes to the registry`;
  return {
    requests: configuration.acknowledgements.count + registry.acknowledgements.count,
    failed: lost.length,
    reasons: lost,
    note: `${acknowledged}; of ${killing.requests} GETs meanwhile ${killing.failed - answered} met no gateway, ${answered} were answered 5xx; none failed afterwards`,
  };
}

failureMode(
  {
    scenario: 'every process is killed at random',
    action:
      '50 times SIGKILL to the config-server, the registry, the gateway or an instance, with whatever it had started; counted are acknowledged updates, registrations, overrides and departures',
    promise: 'no acknowledged write is lost',
    allowedFailed: 0,
  },
  () =>
    killAtRandom().catch((error: unknown) => {
      throw new Error(`with SIGNALBOX_E2E_SEED=${SEED}`, { cause: error });
    }),
  TIMEOUT_MS,
);
