/** What was asked of a registration, in order, until the registry took or refused it. */
export class PendingUpdates {
  #asked = 0;
  #taken = 0;
  #refused = 0;
  #isOver = false;
  #progress = Promise.withResolvers<undefined>();

  /** The number of the last one that was asked. */
  get last(): number {
    return this.#asked;
  }

  /** Resolves with whether the registry took it: false where it refused, or where there is no more registry to ask. */
  async ask(): Promise<boolean> {
    this.#asked += 1;
    const mine = this.#asked;
    while (this.#taken < mine && this.#refused < mine && !this.#isOver) {
      await this.#progress.promise;
    }
    return this.#taken >= mine && this.#refused < mine;
  }

  /** The registry knows of everything up to this one. */
  take(upTo: number): void {
    this.#taken = upTo;
    this.#advance();
  }

  refuseAll(): void {
    this.#refused = this.#asked;
    this.#advance();
  }

  end(): void {
    this.#isOver = true;
    this.#advance();
  }

  #advance(): void {
    this.#progress.resolve(undefined);
    this.#progress = Promise.withResolvers();
  }
}
