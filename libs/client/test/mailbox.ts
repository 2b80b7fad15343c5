/** What arrived and was not yet looked at, in order; whoever looks too early waits. */
export class Mailbox<T> {
  readonly #waiting: ((message: T) => void)[] = [];
  #messages: T[] = [];

  readonly put = (message: T): void => {
    const reader = this.#waiting.shift();
    if (reader === undefined) {
      this.#messages.push(message);
    } else {
      reader(message);
    }
  };

  /** How many messages wait to be looked at. */
  get size(): number {
    return this.#messages.length;
  }

  next(): Promise<T> {
    if (this.#messages.length > 0) {
      const [first, ...rest] = this.#messages as [T, ...T[]]; // has one
      this.#messages = rest;
      return Promise.resolve(first);
    }
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#waiting.push(resolve);
    return promise;
  }
}
