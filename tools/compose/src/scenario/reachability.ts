import * as z from 'zod';

import type { ShopStack } from '../shop-stack.ts';

import { StackError } from '../errors.ts';
import { run } from '../program.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Connects to each address, and prints for each whether there is a way to it: a refusal has come back too. */
const CONNECT = `
  import { connect } from 'node:net';
  const isReached = (address) => new Promise((resolve) => {
    const socket = connect({ ...address, autoSelectFamily: false });
    const end = (reached) => { clearTimeout(impatience); socket.destroy(); resolve(reached); };
    const impatience = setTimeout(() => end(false), 3_000);
    socket.on('connect', () => end(true)).on('error', ({ code }) => end(code === 'ECONNREFUSED'));
  });
  const addresses = JSON.parse(process.argv[1]);
  process.stdout.write(JSON.stringify(await Promise.all(addresses.map(isReached))));
`;

/** The same where an image has no Node: those of databases have bash. */
const CONNECT_BY_BASH = `
  said=$(timeout 3 bash -c "exec 3<>/dev/tcp/$0/$1" 2>&1) && echo true && exit
  case $said in *refused*) echo true ;; *) echo false ;; esac
`;
const WITHOUT_NODE: readonly string[] = ['postgres', 'redis'];

/** Longer than it takes to give up. */
const ANSWER_LIMIT_MS = 30_000;

const Answers = z.array(z.boolean());

/** Those of the addresses to which there is a way from a container of a service. */
export async function reachable(
  stack: ShopStack,
  service: string,
  addresses: readonly Address[],
): Promise<readonly Address[]> {
  const [container] = await stack.project.containers(service);
  if (container === undefined) {
    throw new StackError(`there is no container of ${service}`);
  }
  const answers = WITHOUT_NODE.includes(service)
    ? await Promise.all(addresses.map(async (address) => z.stringbool().parse(await byBash(container.id, address))))
    : Answers.parse(JSON.parse(await byNode(container.id, addresses)));
  return addresses.filter((_address, index) => answers[index]);
}

function byNode(container: string, addresses: readonly Address[]): Promise<string> {
  const command = ['node', '--input-type=module', '--eval', CONNECT, JSON.stringify(addresses)];
  return run(['docker', 'exec', container, ...command], { timeoutMs: ANSWER_LIMIT_MS });
}

async function byBash(container: string, { host, port }: Address): Promise<string> {
  const command = ['sh', '-c', CONNECT_BY_BASH, host, String(port)];
  return (await run(['docker', 'exec', container, ...command], { timeoutMs: ANSWER_LIMIT_MS })).trim();
}
