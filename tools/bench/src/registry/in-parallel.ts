/** Runs the nth operation for every n below the count, over connections that each take one at a time. */
export async function inParallel<Connection>(
  connections: readonly Connection[],
  count: number,
  operate: (connection: Connection, n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const runOn = async (connection: Connection) => {
    while (next < count) {
      const n = next;
      next += 1;
      await operate(connection, n);
    }
  };
  await Promise.all(connections.map(runOn));
}
