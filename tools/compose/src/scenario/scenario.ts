import type { Clock } from '@signalbox/clock';

import type { ShopStack } from '../shop-stack.ts';
import type { Scene, Step } from './scene.ts';

import { StackError } from '../errors.ts';
import { moveCanary } from './canary.ts';
import { changeConfiguration, refuseConfiguration } from './configuration.ts';
import { compareOrders } from './fulfilled-once.ts';
import { pushConfiguration, refusePush } from './git-push.ts';
import { isolateDatabases, isolateFromOutside, publishOnePort } from './isolation.ts';
import { lastWords } from './last-words.ts';
import { OrderLedger } from './order-ledger.ts';
import { orderSomething } from './ordering.ts';
import { replacements } from './replacement.ts';
import { restarts } from './restarts.ts';
import { scaleWorkers } from './scaling.ts';

/** What is done to the running shop, in this order; each step leaves it as it was found. */
export const SCENARIO: readonly Step[] = [
  orderSomething,
  changeConfiguration,
  refuseConfiguration,
  pushConfiguration,
  refusePush,
  scaleWorkers,
  ...replacements,
  moveCanary,
  ...restarts,
  compareOrders,
  isolateDatabases,
  isolateFromOutside,
  publishOnePort,
];

/** Of a shop that was just started: nothing was ordered yet. */
export function openScene(stack: ShopStack, clock: Clock): Scene {
  return { stack, clock, ledger: new OrderLedger(clock) };
}

/** Resolves with what was seen. Rejects with a StackError that ends with the last lines of the logs of the services concerned. */
export async function perform(step: Step, scene: Scene): Promise<string> {
  try {
    return await step.run(scene);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackError(`${step.title}: ${reason}\n${await lastWords(scene.stack, step.services)}`, { cause: error });
  }
}
