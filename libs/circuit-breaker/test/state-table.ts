import { readFileSync } from 'node:fs';

import type { CircuitState } from '../src/state.ts';

/** A row of the README's table of states. */
export interface Transition {
  readonly from: CircuitState | 'any';
  readonly event: string;
  readonly when: string;
  readonly to: CircuitState | 'same';
  readonly effect: string;
}

const HEADER = ['state', 'event', 'when', 'next', 'effect'];

/** Throws where the README has no such table. */
export function readStateTable(): readonly Transition[] {
  const lines = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('\n');
  const start = lines.findIndex((line) => cellsOf(line).join() === HEADER.join());
  if (start < 0) {
    throw new Error(`the README has no table of ${HEADER.join(', ')}`);
  }
  const rows = lines.slice(start + 2);
  return rows.slice(0, rows.indexOf('')).map((line) => {
    const [from = '', event = '', when = '', to = '', effect = ''] = cellsOf(line);
    return { from, event, when, to, effect } as Transition; // a state that is none fails the comparison with the breaker's
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
