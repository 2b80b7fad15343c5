import * as z from 'zod';

import type { Clock } from '@signalbox/clock';

import { RefusedError, StackError } from './errors.ts';

const LoginAnswer = z.object({ token: z.string() });
const Order = z.object({
  id: z.string(),
  status: z.enum(['placed', 'fulfilled']),
  fulfilledAt: z.string().optional(),
  fulfilledBy: z.string().optional(),
});
export type Order = z.infer<typeof Order>;

/** Longer than the gateway waits for any service. */
const ANSWER_LIMIT_MS = 20_000;
const ASK_AGAIN_MS = 250;

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Someone who is logged in at the shop, and knows it by nothing but the URL of its gateway. */
export class Customer {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Rejects with a RefusedError that tells the answer where it is a refusal. */
  static async login(url: string, credentials: Credentials): Promise<Customer> {
    const answer = await ask(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    return new Customer(url, LoginAnswer.parse(await answer.json()).token);
  }

  async placeOrder(productId: string, quantity: number): Promise<Order> {
    const answer = await ask(`${this.#url}/api/orders`, {
      method: 'POST',
      headers: { ...this.#authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ productId, quantity }),
    });
    return Order.parse(await answer.json());
  }

  async order(id: string): Promise<Order> {
    return Order.parse(await (await this.#get(`/api/orders/${id}`)).json());
  }

  /** What a worker wrote about an order that is fulfilled. */
  async receipt(id: string): Promise<string> {
    return await (await this.#get(`/api/orders/${id}/receipt`)).text();
  }

  /** Resolves once a worker fulfilled the order; rejects with a StackError where none did in time. */
  async fulfilled(id: string, { clock, withinMs }: { clock: Clock; withinMs: number }): Promise<Order> {
    const deadline = clock.now() + withinMs;
    for (;;) {
      const order = await this.order(id);
      if (order.status === 'fulfilled') {
        return order;
      }
      if (clock.now() >= deadline) {
        throw new StackError(`order ${id} was not fulfilled within ${withinMs / 1_000} s`);
      }
      await clock.sleep(ASK_AGAIN_MS);
    }
  }

  get #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }

  #get(path: string): Promise<Response> {
    return ask(this.#url + path, { headers: this.#authorization });
  }
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (!answer.ok) {
    const said = `${init.method ?? 'GET'} ${url} answered ${answer.status}: ${await answer.text()}`;
    throw new RefusedError(said, answer.status);
  }
  return answer;
}
