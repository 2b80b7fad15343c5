import { randomBytes } from 'node:crypto';

import { imageNames } from './images.ts';
import { ServiceContainer } from './service-container.ts';

/** An empty Redis with a password of its own. A stop saves what it holds; a kill loses what was written since the last save. */
export function startRedis(): Promise<ServiceContainer> {
  const password = randomBytes(18).toString('hex');
  return ServiceContainer.start({
    image: imageNames.redis,
    port: 6379,
    environment: { REDISCLI_AUTH: password },
    command: ['redis-server', '--requirepass', password],
    readyWhen: 'redis-cli -e ping',
    url: `redis://:${password}@host`,
  });
}
