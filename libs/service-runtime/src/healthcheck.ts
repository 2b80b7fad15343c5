import { isIPv6 } from 'node:net';

import { SettingsError } from './errors.ts';
import { http } from './node-http.ts';
import { environmentName } from './settings.ts';

/** Where a server answers its probes. */
export interface ProbeAddress {
  readonly host: string;
  readonly port: number;
}

/** As much of a process as a healthcheck reads and sets. */
export interface HealthcheckProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stderr: { write(line: string): unknown };
  exitCode?: NodeJS.Process['exitCode'];
}

export interface HealthcheckOptions {
  /** Name at the head of the line that says what is wrong. */
  readonly name: string;
  readonly process: HealthcheckProcess;
  /** Where the server answers that was started in the same environment. */
  readonly addressFrom: (environment: HealthcheckProcess['env']) => ProbeAddress;
}

/** Within the limit that the images set for the whole process. */
const ANSWER_LIMIT_MS = 2_000;

/** An address that means every interface, and the loopback one among them. */
const LOOPBACK_OF = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/**
 * A process that asks the server of its own container whether it lives, for an engine's HEALTHCHECK: exit code 0 where `/health/live`
 * answers 200 within two seconds; else one line on standard error and exit code 1.
 */
export async function runHealthcheck({ name, process, addressFrom }: HealthcheckOptions): Promise<void> {
  try {
    await expectLife(liveUrl(addressFrom(process.env)));
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function liveUrl({ host, port }: ProbeAddress): string {
  if (port === 0) {
    throw new SettingsError(`${environmentName('port')}: 0 lets the system choose, so that nobody else knows the port`);
  }
  const address = LOOPBACK_OF.get(host) ?? host;
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}/health/live`;
}

async function expectLife(url: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const request = http.get(url, { agent: false, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  request.on('error', (error) => {
    reject(new Error(`${url} does not answer: ${error.message}`, { cause: error }));
  });
  const status = await promise;
  if (status !== 200) {
    throw new Error(`${url} answers ${status ?? 'nothing'}`);
  }
}
