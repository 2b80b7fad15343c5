import type { Step } from './scene.ts';

import { StackError } from '../errors.ts';

export const orderSomething: Step = {
  title: 'Log in, place an order, have it fulfilled, read the receipt',
  services: ['gateway', 'auth', 'orders', 'worker'],
  async run({ stack, ledger }) {
    const customer = await stack.login();
    const placed = await customer.placeOrder('lamp', 2);
    ledger.acknowledge(placed);
    const [fulfilled] = await ledger.settle(customer);
    const receipt = await customer.receipt(placed.id);
    if (!receipt.includes(placed.id)) {
      throw new StackError(`the receipt of order ${placed.id} does not name it: ${receipt}`);
    }
    return `fulfilled by ${fulfilled?.fulfilledBy ?? 'nobody'}`;
  },
};
