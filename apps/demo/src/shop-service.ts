import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';

import type { ConfigClient, RegistryClient, ServiceCaller } from '@signalbox/client';

import type { CommonConfiguration } from './configuration.ts';

/** What a service of the shop is given to answer with. */
export interface Surroundings<Configuration> {
  readonly instanceId: string;
  readonly environment: string;
  readonly config: ConfigClient<Configuration>;
  readonly registry: RegistryClient;
  readonly services: ServiceCaller;
}

/** A service of the shop: its name, what it is configured with, and what it answers. */
export interface ShopService<Configuration extends CommonConfiguration> {
  readonly name: string;
  readonly schema: z.ZodType<Configuration>;
  addRoutes(http: FastifyInstance, surroundings: Surroundings<Configuration>): Promise<void> | void;
}
