/** Why a service can't start: the operator's to mend, told in one line. */
export class ShopStartError extends Error {
  override readonly name = 'ShopStartError';
}

/** What a caller is refused for. The message is for the caller. */
export abstract class ShopError extends Error {
  abstract readonly code: string;
}

export class InvalidRequestError extends ShopError {
  override readonly name = 'InvalidRequestError';
  readonly code = 'shop/invalid-request';
}

export class UnknownProductError extends ShopError {
  override readonly name = 'UnknownProductError';
  readonly code = 'shop/unknown-product';

  constructor(productId: string, known: readonly string[]) {
    super(`no product "${productId}"; there are ${known.join(', ')}`);
  }
}

/** The key names an order that was placed, and the request is for another. */
export class KeyReusedError extends ShopError {
  override readonly name = 'KeyReusedError';
  readonly code = 'shop/key-reused';

  constructor(orderId: string) {
    super(`this Idempotency-Key came with the order ${orderId}, which is for something else`);
  }
}

export class OrderNotFoundError extends ShopError {
  override readonly name = 'OrderNotFoundError';
  readonly code = 'shop/order-not-found';

  constructor(id: string) {
    super(`no order ${id}`);
  }
}

export class ReceiptNotReadyError extends ShopError {
  override readonly name = 'ReceiptNotReadyError';
  readonly code = 'shop/receipt-not-ready';

  constructor(id: string) {
    super(`order ${id} has no receipt yet`);
  }
}

/** Nobody is named as who places an order: the gateway does that, from a token. */
export class NotLoggedInError extends ShopError {
  override readonly name = 'NotLoggedInError';
  readonly code = 'shop/not-logged-in';

  constructor() {
    super('an order is placed by someone who has logged in');
  }
}

/** Does not tell which of the two is wrong. */
export class WrongCredentialsError extends ShopError {
  override readonly name = 'WrongCredentialsError';
  readonly code = 'shop/wrong-credentials';

  constructor() {
    super('user or password is wrong');
  }
}

export class TooManyLoginsError extends ShopError {
  override readonly name = 'TooManyLoginsError';
  readonly code = 'shop/too-many-logins';
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super(`too many attempts to log in; the next may be made in ${retryAfterS} s`);
    this.retryAfterS = retryAfterS;
  }
}

/** Told to no caller: an order waits in the database, and a job that wants another to follow fails and is tried again. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';

  constructor(queue: string, limit: number) {
    super(`the queue ${queue} holds ${limit} jobs, which is as many as it may`);
  }
}

export class QueuesUnavailableError extends ShopError {
  override readonly name = 'QueuesUnavailableError';
  readonly code = 'shop/queues-unavailable';

  constructor(cause: unknown) {
    super('the queues can not be reached', { cause });
  }
}
