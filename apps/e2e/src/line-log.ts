/** What processes print, and waiting for it. */
export class LineLog {
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();

  get text(): string {
    return this.#lines.join('\n');
  }

  readonly add = (name: string, text: string): void => {
    const line = `${name} ${text}`;
    this.#lines.push(line);
    for (const listener of this.#listeners) {
      listener(line);
    }
  };

  /** Resolves once there is a line that matches. */
  async has(pattern: RegExp): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const look = (line: string) => {
      if (pattern.test(line)) {
        resolve(undefined);
      }
    };
    this.#listeners.add(look);
    this.#lines.forEach(look);
    await promise;
    this.#listeners.delete(look);
  }
}
