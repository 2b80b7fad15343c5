import { Pool } from 'undici';

import type { Workload } from '../workload.ts';

/** The load where no wrk is installed: keeps every connection busy until it is interrupted, and looks at every answer. */
const [origin = '', text = '', connections = ''] = process.argv.slice(2);
const { method, path, paths = [path], headers, body, status = 200, answerBytes } = JSON.parse(text) as Workload; // of the one program that starts it

const pool = new Pool(origin, { connections: Number(connections) });
const outcome = { completed: 0, wrong: 0 };
let asked = 0;
let isOver = false;
process.on('SIGINT', () => {
  isOver = true;
});

async function keepBusy(): Promise<void> {
  while (!isOver) {
    try {
      asked += 1;
      const answer = await pool.request({
        method,
        path: paths[asked % paths.length] ?? path,
        headers,
        body: body === '' ? null : body,
      });
      const { byteLength } = await answer.body.arrayBuffer();
      const isRight = answer.statusCode === status && byteLength === answerBytes;
      outcome[isRight ? 'completed' : 'wrong'] += 1;
    } catch {
      outcome.wrong += 1; // told at the end: any wrong answer fails the run
    }
  }
}

await Promise.all(Array.from({ length: Number(connections) }, keepBusy));
await pool.close();
process.stdout.write(`${JSON.stringify(outcome)}\n`);
