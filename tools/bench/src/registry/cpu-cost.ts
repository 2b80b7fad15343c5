import { BenchError } from '../errors.ts';
import { inParallel } from './in-parallel.ts';

export interface Load<Connection> {
  /** CPU seconds that the server has used so far. */
  readonly cpuSeconds: () => number;
  readonly connections: readonly Connection[];
  readonly operations: number;
  /** The nth operation, over a connection that is free. */
  readonly operate: (connection: Connection, n: number) => Promise<unknown>;
}

const MICROSECONDS = 1e6;

/** CPU time that the server spends on one operation, in microseconds, with one operation under way per connection. */
export async function cpuCost<Connection>(load: Load<Connection>): Promise<number> {
  const { cpuSeconds, connections, operations, operate } = load;
  const before = cpuSeconds();
  await inParallel(connections, operations, operate);
  const spent = cpuSeconds() - before;
  if (spent <= 0) {
    throw new BenchError(`${operations} operations are too few to measure`);
  }
  return (spent / operations) * MICROSECONDS;
}
