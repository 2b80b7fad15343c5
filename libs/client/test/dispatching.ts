import * as undici8 from 'undici';
import * as undici7 from 'undici-7';

import type { Instance } from '@signalbox/schemas';

import type { ServiceCallerOptions } from '../src/index.ts';

import { type callerOf, hastyCallerOf } from './calls.ts';

/** Any host: the dispatcher of a service does not look at it. */
export const URL_OF_PRODUCTS = 'http://anywhere.example:99/api/products?page=2';

export type Undici = typeof undici8;

export const RELEASES: [release: string, undici: Undici][] = [
  ['8', undici8],
  ['7', undici7 as unknown as Undici], // what is used here is the same in both
];

export interface DispatchingOptions extends Partial<ServiceCallerOptions> {
  readonly make?: typeof callerOf;
}

/** A dispatcher of `products`, and who retries at once or, with a fake clock, when the test advances it. */
export async function dispatching(
  undici: Undici,
  instances: Instance[],
  { make = hastyCallerOf, ...options }: DispatchingOptions = {},
) {
  const caller = await make(instances, options);
  const agent = new undici.Agent();
  return {
    ...caller,
    agent,
    dispatcher: caller.services.dispatcher('products', agent),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await caller[Symbol.asyncDispose]();
    },
  };
}
