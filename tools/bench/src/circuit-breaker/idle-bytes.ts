import { interleave } from '../rounds.ts';
import { garbageCollector } from './garbage-collector.ts';
import { type Guard, type Library, PEERS, SIGNALBOX } from './libraries.ts';

const BREAKERS = 2_000;
const ROUNDS = 5;

/** Bytes of heap per breaker that has nothing to do, by library, in the order of the rounds. */
export async function measureIdleBytes(): Promise<ReadonlyMap<string, readonly number[]>> {
  const collectGarbage = garbageCollector();
  const contenders = [SIGNALBOX, ...PEERS].map((library) => ({
    name: library.name,
    run: () => bytesPerBreaker(library, collectGarbage),
  }));
  return interleave(contenders, { rounds: ROUNDS });
}

async function bytesPerBreaker(library: Library, collectGarbage: () => void): Promise<number> {
  const guards: Guard[] = [];
  collectGarbage();
  const before = usedBytes();
  for (let i = 0; i < BREAKERS; i++) {
    guards.push(await library.guard('success'));
  }
  collectGarbage();
  const bytes = (usedBytes() - before) / BREAKERS;
  guards.forEach(({ close }) => {
    close();
  });
  return bytes;
}

/** Typed arrays are kept outside the heap. */
function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
