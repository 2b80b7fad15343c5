import type { Pair } from '@signalbox/layering';

import type { Examination, Finding, ServiceSummary } from './examine.ts';

/** Pairs of a finding that are named; of more, their number is told. */
const MAX_PAIRS_NAMED = 6;

/** What is wrong, a line for each finding and one for the pairs that it breaks. */
export function problemReport({ findings, pairs }: Examination): string {
  const broken = new Set(findings.flatMap((finding) => finding.pairs.map(nameOf)));
  const lines = findings.flatMap((finding) => [lineOf(finding), `    in ${pairsOf(finding, pairs.length)}`]);
  return [
    ...lines,
    '',
    `${count(findings.length, 'problem')}; ${broken.size} of ${count(pairs.length, 'configuration')} broken`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

/** Names and numbers alone: no value, so no secret. */
export function validReport({ services, pairs }: Examination): string {
  const width = Math.max(...services.map(({ service }) => service.length));
  return [
    `${count(pairs.length, 'configuration')} valid: every service in every environment`,
    ...services.map((summary) => `  ${summary.service.padEnd(width)}  ${describe(summary)}`),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function describe({ environments, keys, secrets }: ServiceSummary): string {
  const references = secrets === 0 ? '' : `, ${secrets} of them by reference to a secret`;
  return `${environments.join(', ')}: ${count(keys, 'key')}${references}`;
}

function lineOf({ file, line, pointer, reason, shown }: Finding): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  const value = shown === undefined ? '' : ` (value: ${shown})`;
  return `${place}${`${pointer ?? ''} ${reason}`.trimStart()}${value}`;
}

function pairsOf({ pairs }: Finding, all: number): string {
  if (pairs.length === all && all > 1) {
    return 'every service and environment';
  }
  const named = pairs.slice(0, MAX_PAIRS_NAMED).map(nameOf).join(', ');
  return pairs.length <= MAX_PAIRS_NAMED ? named : `${named} and ${pairs.length - MAX_PAIRS_NAMED} more`;
}

function nameOf({ service, environment }: Pair): string {
  return `${service}/${environment}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Names come from files of others: what would move a terminal's cursor or colour its text is written as an escape. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => JSON.stringify(character).slice(1, -1));
}
