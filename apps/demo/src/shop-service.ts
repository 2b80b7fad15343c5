import type { FastifyInstance } from 'fastify';
import type * as z from 'zod';

import type { ConfigClient, RegistryClient, ServiceCaller } from '@signalbox/client';
import type { Clock } from '@signalbox/clock';
import type { HealthChecker } from '@signalbox/health-checker';

import type { CommonConfiguration } from './configuration.ts';
import type { DemoSettings } from './settings.ts';

/** What a service of the shop is given to answer with. */
export interface Surroundings<Configuration> extends DemoSettings {
  readonly config: ConfigClient<Configuration>;
  readonly registry: RegistryClient;
  readonly services: ServiceCaller;
  /** Where it adds what it depends on. */
  readonly health: HealthChecker;
  readonly clock: Clock;
  /** Aborted when the service is told to stop, before it stops listening. */
  readonly stopping: AbortSignal;
}

/** A service of the shop: its name, what it is configured with, and what it answers. */
export interface ShopService<Configuration extends CommonConfiguration> {
  readonly name: string;
  readonly schema: z.ZodType<Configuration>;
  /** What it opens, it closes in an `onClose` hook. */
  addRoutes(http: FastifyInstance, surroundings: Surroundings<Configuration>): Promise<void> | void;
}
