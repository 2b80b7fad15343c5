import type { ServerResponse } from 'node:http';

import { Backend } from './backend.ts';

/** A server that publishes a key set, as a test wants it. */
export class AuthServer implements AsyncDisposable {
  readonly #backend: Backend;
  /** Paths that it was asked for. */
  readonly asked: (string | undefined)[];

  private constructor(backend: Backend, asked: (string | undefined)[]) {
    this.#backend = backend;
    this.asked = asked;
  }

  /** `answer` is asked each time: a text with status 200, or what a test does with the response itself. */
  static async start(answer: (response: ServerResponse) => string | undefined): Promise<AuthServer> {
    const asked: (string | undefined)[] = [];
    const backend = await Backend.start(({ url }, response) => {
      asked.push(url);
      const text = answer(response);
      if (text !== undefined) {
        response.setHeader('content-type', 'application/jwk-set+json').end(text);
      }
    });
    return new AuthServer(backend, asked);
  }

  get port(): number {
    return this.#backend.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]();
  }
}
