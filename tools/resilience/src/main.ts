import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { writeDocuments } from './documents.ts';
import { runExamples } from './example.ts';
import { EXAMPLES } from './policies.ts';
import { renderTable } from './table.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
/** So few that the policies are measured, and not the machine. */
const PER_SECOND = 50;
const SECONDS = { default: 5, max: 60 };

const USAGE = `npm run resilience [-- [--seconds S] [--write]]

Calls a service with a failing and a slow instance, ${PER_SECOND} times a second, with and without each policy, for S seconds each
(1 to ${SECONDS.max}, by default ${SECONDS.default}). With --write, figures, picture and table in docs/ are written anew.`;

try {
  const { seconds, write } = readCommand(process.argv.slice(2));
  const report = await runExamples({ perSecond: PER_SECOND, calls: PER_SECOND * seconds }, ({ name }) => {
    process.stderr.write(`${name}: done, one of ${EXAMPLES.length}\n`);
  });
  process.stdout.write(`${renderTable(report.policies)}\n`);
  if (write) {
    await writeDocuments(DOCS, report);
  }
} catch (error) {
  process.stderr.write(`resilience: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function readCommand(args: string[]) {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string' }, write: { type: 'boolean' } } });
  const seconds = Number(values.seconds ?? SECONDS.default);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS.max) {
    throw new RangeError(`--seconds: must be an integer from 1 to ${SECONDS.max}, not ${values.seconds}\n${USAGE}`);
  }
  return { seconds, write: values.write === true };
}
