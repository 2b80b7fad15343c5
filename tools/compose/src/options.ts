import { parseArgs } from 'node:util';

import { StackError } from './errors.ts';

/** What a person asked for. */
export type Wish =
  { readonly kind: 'help' } | { readonly kind: 'up'; readonly port: number } | { readonly kind: 'down' };

export const USAGE = `Starts the demo shop in containers, orders something there, and leaves it up. Options, with their defaults:
  --port 8080   where the gateway answers, on this machine alone
  --down        takes everything away that it started, with all that was stored`;

const OPTIONS = {
  help: { type: 'boolean', default: false },
  down: { type: 'boolean', default: false },
  port: { type: 'string' },
} as const;

const DEFAULT_PORT = '8080';

/** Reads the command line. Throws a StackError that names what is wrong. */
export function readOptions(args: readonly string[]): Wish {
  const { help, down, port } = parse(args);
  if (help) {
    return { kind: 'help' };
  }
  if (down && port !== undefined) {
    throw new StackError('--port: has no meaning with --down');
  }
  return down ? { kind: 'down' } : { kind: 'up', port: toPort(port ?? DEFAULT_PORT) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n'); // parseArgs throws TypeErrors
    throw new StackError(line, { cause: error });
  }
}

function toPort(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535) {
    throw new StackError(`--port: must be a port from 1 to 65535, not "${text}"`);
  }
  return number;
}
