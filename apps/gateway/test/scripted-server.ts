import type { AddressInfo, Socket } from 'node:net';

import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';

/** Answers each request without a body with the next of these, and tells of what happens by events: `request`, `closed`. */
export class ScriptedServer extends EventEmitter<{ request: [Socket]; closed: [] }> implements AsyncDisposable {
  readonly requests: string[] = [];
  readonly sockets: Socket[] = [];
  readonly #answers: (string | ((socket: Socket) => void))[];
  readonly #server = createServer((socket) => {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.emit('closed'));
    socket.on('data', (chunk) => {
      this.#answer(socket, chunk.toString('latin1'));
    });
  });

  private constructor(answers: readonly (string | ((socket: Socket) => void))[]) {
    super();
    this.#answers = [...answers];
  }

  static async start(...answers: readonly (string | ((socket: Socket) => void))[]): Promise<ScriptedServer> {
    const server = new ScriptedServer(answers);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // a listening TCP server has an AddressInfo
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await once(this.#server, 'close');
  }

  #answer(socket: Socket, request: string): void {
    this.requests.push(request);
    const answer = this.#answers.shift();
    if (typeof answer === 'string') {
      socket.write(answer, 'latin1');
    } else {
      answer?.(socket);
    }
    this.emit('request', socket);
  }
}
