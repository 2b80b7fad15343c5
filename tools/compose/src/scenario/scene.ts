import * as z from 'zod';

import type { Clock } from '@signalbox/clock';

import type { ControlPlaneRequest, ServerName } from '../control-plane.ts';
import type { ShopStack } from '../shop-stack.ts';
import type { OrderLedger } from './order-ledger.ts';

import { StackError } from '../errors.ts';

/** What the steps of a scenario share. */
export interface Scene {
  readonly stack: ShopStack;
  readonly clock: Clock;
  /** Every order that was acknowledged so far. */
  readonly ledger: OrderLedger;
}

/** One thing that is done to the running shop, and what is promised of it. */
export interface Step {
  readonly title: string;
  /** Whose logs tell why, where it fails. */
  readonly services: readonly string[];
  /** Resolves with what was seen, in a few words. Rejects with a StackError where a promise was broken; cleans up after itself either way. */
  readonly run: (scene: Scene) => Promise<string>;
}

const LOOK_AGAIN_MS = 250;
const DEFAULT_WITHIN_MS = 90_000;

/** Looks again and again until there is something, and resolves with it. Rejects with a StackError that names what there was not in time. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  { clock, withinMs = DEFAULT_WITHIN_MS }: { readonly clock: Clock; readonly withinMs?: number },
): Promise<Found> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (clock.now() >= deadline) {
      throw new StackError(`not within ${withinMs / 1_000} s: ${what}`);
    }
    await clock.sleep(LOOK_AGAIN_MS);
  }
}

/** The answer of a control API, parsed. Rejects with a StackError that quotes any answer but a 2xx. */
export async function askServer<Answer>(
  { stack }: Scene,
  schema: z.ZodType<Answer>,
  { server, path, ...options }: ControlPlaneRequest & { readonly server: ServerName; readonly path: string },
): Promise<Answer> {
  const { status, body } = await stack.controlPlane.request(server, path, options);
  if (status < 200 || status >= 300) {
    throw new StackError(`${server} answered ${path} with ${status}: ${body}`);
  }
  return schema.parse(JSON.parse(body));
}

const Instances = z.object({ instances: z.array(z.object({ id: z.string() })) });

/** The ids of the instances of a service to which requests may go, as the registry knows them. */
export async function routableInstances(scene: Scene, service: string): Promise<readonly string[]> {
  const path = `/api/v1/services/${service}/instances?healthy=true`;
  const { instances } = await askServer(scene, Instances, { server: 'registry', path });
  return instances.map(({ id }) => id);
}

/** Resolves once so many instances of a service, and no more, are routable. */
export async function routable(scene: Scene, service: string, count: number): Promise<readonly string[]> {
  return until(
    `${count} instances of ${service} are routable`,
    async () => {
      const ids = await routableInstances(scene, service);
      return ids.length === count ? ids : undefined;
    },
    scene,
  );
}

/** Resolves once every container of a service is healthy. */
export async function healthy({ stack, clock }: Scene, service: string): Promise<void> {
  await until(
    `${service} is healthy`,
    async () => {
      const containers = await stack.project.containers(service);
      return containers.length > 0 && containers.every(({ health }) => health === 'healthy') ? containers : undefined;
    },
    { clock },
  );
}
