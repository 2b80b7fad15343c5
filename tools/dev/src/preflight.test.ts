import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { preflight } from './preflight.ts';

const freePorts = async () => ({
  config: await freePort(),
  registry: await freePort(),
  gateway: await freePort(),
  admin: await freePort(),
});

describe('preflight', () => {
  it('has nothing to say where git is there and the ports are free', async () => {
    await expect(preflight(await freePorts())).resolves.toBeUndefined();
  });

  it('names a port that is taken and the option that chooses another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo; // a listening TCP server has an AddressInfo

    await expect(preflight({ ...(await freePorts()), gateway: port })).rejects.toThrow(
      `port ${port} is taken; choose another with --gateway-port`,
    );
    other.close();
  });

  it('says that git is missing', async () => {
    vi.stubEnv('PATH', '');

    await expect(preflight(await freePorts())).rejects.toThrow('git is needed and was not found on the PATH');
    vi.unstubAllEnvs();
  });
});
