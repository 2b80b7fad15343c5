import type { ProviderEvents } from '@openfeature/server-sdk';

import { type Client, OpenFeature } from '@openfeature/server-sdk';
import * as z from 'zod';

import { ConfigClient } from '@signalbox/client';
import { type FlagSet, flagSetSchema, SignalboxProvider } from '@signalbox/openfeature-provider';

const schema = z.object({ features: flagSetSchema });

/** The flags of one service, from its configuration, in a domain of OpenFeature that has its name. */
export class ServiceFlags implements AsyncDisposable {
  readonly client: Client;
  readonly #config: ConfigClient<{ features: FlagSet }>;
  readonly #provider: SignalboxProvider<{ features: FlagSet }>;

  private constructor(client: Client, config: ConfigClient<{ features: FlagSet }>) {
    this.client = client;
    this.#config = config;
    this.#provider = new SignalboxProvider(config, ({ features }) => features);
  }

  static async connect(url: string, service: string): Promise<ServiceFlags> {
    const config = await ConfigClient.connect({ url, service, env: 'production', instanceId: `${service}-1`, schema });
    const flags = new ServiceFlags(OpenFeature.getClient(service), config);
    await OpenFeature.setProviderAndWait(service, flags.#provider);
    return flags;
  }

  /** The next event of this kind, from now on. */
  async told(event: ProviderEvents): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const heard = () => {
      resolve(undefined);
    };
    this.client.addHandler(event, heard);
    await promise;
    this.client.removeHandler(event, heard);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.onClose();
    await this.#config.close();
  }
}
