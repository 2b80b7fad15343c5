import { randomBytes } from 'node:crypto';

import { imageNames } from './images.ts';
import { ServiceContainer } from './service-container.ts';

/** A Postgres with an empty database `signalbox`, owned by a superuser of the same name with a password of its own. */
export function startPostgres(): Promise<ServiceContainer> {
  const password = randomBytes(18).toString('hex');
  return ServiceContainer.start({
    image: imageNames.postgres,
    port: 5432,
    environment: { POSTGRES_USER: 'signalbox', POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: '--no-sync' },
    // What was written outlives the server, though not the machine.
    command: ['postgres', '-c', 'fsync=off'],
    // While the image prepares its database, the server listens on a Unix socket alone.
    readyWhen: 'pg_isready --quiet --host 127.0.0.1',
    url: `postgres://signalbox:${password}@host/signalbox`,
  });
}
