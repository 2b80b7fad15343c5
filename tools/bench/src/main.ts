import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { endChildrenWith } from './children.ts';
import { BenchError } from './errors.ts';
import { renderReport } from './report.ts';
import { SUITES } from './suites/index.ts';

const USAGE = `npm run bench -- SUITE [--json FILE]

suites: ${Object.keys(SUITES).join(', ')}`;

endChildrenWith(process);
try {
  const { suite, json } = readCommand(process.argv.slice(2));
  const report = await (await suite())();
  process.stdout.write(renderReport(report));
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
} catch (error) {
  const line = error instanceof BenchError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`bench: ${line ?? ''}\n`);
  process.exitCode = 1;
}

function readCommand(args: readonly string[]) {
  const { positionals, json } = parsed(args);
  const [name = '', ...rest] = positionals;
  const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined;
  if (suite === undefined || rest.length > 0) {
    throw new BenchError(`no suite is named "${positionals.join(' ')}"\n${USAGE}`);
  }
  return { suite, json };
}

function parsed(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'string' } },
    });
    return { positionals, json: values.json };
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n'); // parseArgs throws TypeErrors
    throw new BenchError(`${line}\n${USAGE}`, { cause: error });
  }
}
