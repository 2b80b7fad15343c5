import type { Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { run } from '../program.ts';
import { outsideAddresses } from './outside-addresses.ts';
import { type Address, reachable } from './reachability.ts';

/** Who has no business with a database. */
const STRANGERS = ['gateway', 'config-server', 'registry', 'web', 'auth'];
/** Who has, and so shows that a database is there to be reached. */
const ACQUAINTED = ['orders', 'products', 'worker', 'postgres', 'redis'];
const DATABASES: readonly Address[] = [
  { host: 'postgres', port: 5432 },
  { host: 'redis', port: 6379 },
];

export const isolateDatabases: Step = {
  title: 'Reach databases from who may, and from nobody else',
  services: [],
  async run({ stack }) {
    const { project } = stack;
    const byAddress = await Promise.all(
      DATABASES.map(async ({ host, port }) => ({ host: await addressOf(project.name, host), port })),
    );
    const missing = ACQUAINTED.map(async (service) => {
      const others = DATABASES.filter(({ host }) => host !== service);
      const reached = await reachable(stack, service, others);
      return others.filter((each) => !reached.includes(each)).map(({ host }) => `${service} can't reach ${host}`);
    });
    const surplus = STRANGERS.map(async (service) => {
      const reached = await reachable(stack, service, [...DATABASES, ...byAddress]);
      return reached.map(({ host, port }) => `${service} can reach ${host}:${port}`);
    });
    const wrong = (await Promise.all([...missing, ...surplus])).flat();
    noneWrong(wrong);
    return `${STRANGERS.join(', ')}: not by name, nor by address`;
  },
};

export const isolateFromOutside: Step = {
  title: 'Reach the outside from the gateway, and from nobody else',
  services: [],
  async run({ stack }) {
    const candidates = await outsideAddresses();
    const outside = await reachable(stack, 'gateway', candidates);
    if (outside.length === 0) {
      const tried = candidates.map(({ host, port }) => `${host}:${port}`).join(', ');
      throw new StackError(`the gateway can't reach the outside either, so that nothing is shown; tried: ${tried}`);
    }
    const others = [...STRANGERS, ...ACQUAINTED].filter((service) => service !== 'gateway');
    const wrong = others.map(async (service) => {
      const reached = await reachable(stack, service, outside);
      return reached.map(({ host, port }) => `${service} can reach ${host}:${port}`);
    });
    noneWrong((await Promise.all(wrong)).flat());
    return `to ${outside.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
  },
};

export const publishOnePort: Step = {
  title: 'Publish no port but that of the gateway',
  services: [],
  async run({ stack: { project, url } }) {
    const labels = ['--filter', `label=com.docker.compose.project=${project.name}`];
    const format = '{{.Label "com.docker.compose.service"}} {{.Ports}}';
    const listing = await run(['docker', 'ps', ...labels, '--format', format]);
    const published = listing.split('\n').filter((line) => line.includes('->'));
    const [only = '', ...others] = published;
    if (
      !only.startsWith('gateway ') ||
      !only.includes(`127.0.0.1:${new URL(url).port}->8080/tcp`) ||
      others.length > 0
    ) {
      throw new StackError(`expected the gateway's port and no other, not:\n${published.join('\n')}`);
    }
    return only;
  },
};

function noneWrong(wrong: readonly string[]): void {
  if (wrong.length > 0) {
    throw new StackError(wrong.join('\n'));
  }
}

/** Of a service's container in the network of databases. */
async function addressOf(project: string, service: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${project}_data").IPAddress}}`;
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
  const [id = ''] = (
    await run(['docker', 'ps', '--quiet', ...labels.flatMap((label) => ['--filter', `label=${label}`])])
  ).split('\n');
  return (await run(['docker', 'inspect', '--format', format, id])).trim();
}
