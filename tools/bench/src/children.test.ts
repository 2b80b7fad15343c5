import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A run that starts a program, which connects to the port and stays, and then waits, fails or ends. */
const RUN = `
  import { endChildrenWith } from ${JSON.stringify(join(import.meta.dirname, 'children.ts'))};
  import { Program } from ${JSON.stringify(join(import.meta.dirname, 'programs.ts'))};
  const [port, end] = process.argv.slice(1);
  endChildrenWith(process);
  const stays = 'const { connect } = require("node:net"); connect(' + port + ', "127.0.0.1").on("error", () => undefined)';
  await Program.start('stays', [process.execPath, '-e', stays], { isReady: () => true });
  process.stdin.once('data', () => {
    if (end === 'fails') {
      throw new Error('failed');
    }
    process.exit(0);
  });
`;

async function startRun(end: 'waits' | 'fails' | 'exits') {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an AddressInfo
  const run = spawn(process.execPath, [
    '--conditions=@signalbox/source',
    '--input-type=module',
    '-e',
    RUN,
    String(port),
    end,
  ]);
  const [connection] = (await once(server, 'connection')) as [Socket];
  const childEnded = once(
    connection.resume().on('error', () => undefined),
    'close',
  );
  return { run, exited: once(run, 'exit'), childEnded, server };
}

describe('a program under measurement', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is stopped when the run is ended by %s', async (signal, code) => {
    const { run, exited, childEnded, server } = await startRun('waits');

    run.kill(signal);

    expect(await exited).toEqual([code, null]);
    await childEnded;
    server.close();
  });

  it.each([
    ['fails', 1],
    ['exits', 0],
  ] as const)('is stopped when the run %s without having stopped it', async (end, code) => {
    const { run, exited, childEnded, server } = await startRun(end);

    run.stdin.write('now');

    expect(await exited).toEqual([code, null]);
    await childEnded;
    server.close();
  });
});
