import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { LaunchError } from './errors.ts';

export interface LaunchOptions {
  /** Where configuration and registrations are kept. */
  readonly dataDirectory: string;
  /** The environment that the demo fleet runs in. */
  readonly environment: string;
  readonly ports: FleetPorts;
  /** Environment variables of servers, by name, over those that the launcher sets. @default none */
  readonly settings?: Readonly<Partial<Record<ServerName, Readonly<Record<string, string>>>>>;
}

export type ServerName = 'config-server' | 'registry' | 'gateway';

export interface FleetPorts {
  readonly config: number;
  readonly registry: number;
  readonly gateway: number;
  readonly admin: number;
}

export const USAGE = `Starts Signalbox and its demo fleet on this machine. Options, with their defaults:
  --data-dir .signalbox      where configuration and registrations are kept
  --environment production   the environment that the demo fleet runs in
  --config-port 8888  --registry-port 8500  --gateway-port 8080  --admin-port 8081`;

const OPTIONS = {
  help: { type: 'boolean', default: false },
  'data-dir': { type: 'string', default: '.signalbox' },
  environment: { type: 'string', default: 'production' },
  'config-port': { type: 'string', default: '8888' },
  'registry-port': { type: 'string', default: '8500' },
  'gateway-port': { type: 'string', default: '8080' },
  'admin-port': { type: 'string', default: '8081' },
} as const;

/** Reads the command line; undefined when help was asked for. Throws a LaunchError that names what is wrong. */
export function readOptions(args: readonly string[]): LaunchOptions | undefined {
  const values = parse(args);
  return values.help
    ? undefined
    : {
        dataDirectory: resolve(values['data-dir']),
        environment: values.environment,
        ports: {
          config: port('config-port', values['config-port']),
          registry: port('registry-port', values['registry-port']),
          gateway: port('gateway-port', values['gateway-port']),
          admin: port('admin-port', values['admin-port']),
        },
      };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n'); // parseArgs throws TypeErrors
    throw new LaunchError(line, { cause: error });
  }
}

function port(option: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535) {
    throw new LaunchError(`--${option}: must be a port from 1 to 65535, not "${text}"`);
  }
  return number;
}
