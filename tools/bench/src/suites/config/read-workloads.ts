import type { Workload } from '../../gateway/workload.ts';
import type { ConfigServer } from './config-server.ts';

import { configurationOf, ENVIRONMENT } from './fanout-configuration.ts';

const SERVICES = Array.from({ length: 100 }, (_, n) => `service-${String(n).padStart(2, '0')}`);

/** A hundred services with a configuration of about a kibibyte each. */
export const FILES = Object.fromEntries(
  SERVICES.map((service) => [`${service}/${ENVIRONMENT}.json`, JSON.stringify(configurationOf('1.0.0'))]),
);

/** The read that is compared, and the other ways of reading. */
export interface ReadWorkloads {
  readonly plain: Workload;
  readonly others: readonly Workload[];
}

/** Every answer is asked for once, so that all of them are warm, and so that it is known how long they are. */
export async function readWorkloads(server: ConfigServer): Promise<ReadWorkloads> {
  const paths = SERVICES.map((service) => `/config/${service}/${ENVIRONMENT}`);
  const [path = ''] = paths;
  const get = async (name: string, query = ''): Promise<Workload> => {
    const { body } = await server.read(path + query);
    return { name, method: 'GET', path: path + query, headers: {}, body: '', answerBytes: body.length };
  };
  const plain = await get('GET 1 KiB');
  await Promise.all(paths.map((each) => server.read(each)));
  const { etag } = await server.read(path);
  return {
    plain,
    others: [
      {
        ...plain,
        name: 'If-None-Match, answered 304',
        headers: { 'If-None-Match': etag },
        status: 304,
        answerBytes: 0,
      },
      await get('format=dotenv', '?format=dotenv'),
      await get('explain=true', '?explain=true'),
      { ...plain, name: `${paths.length} services in turn`, paths },
    ],
  };
}
