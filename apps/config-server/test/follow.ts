import type { ConfigSocketMessage, ConfigSocketRequest } from '@signalbox/schemas';

export interface Follower extends AsyncDisposable {
  say(request: ConfigSocketRequest): void;
  /** The next message, in order; waits for one that is not there yet. */
  next(): Promise<ConfigSocketMessage>;
}

/** A socket to `/ws`, as a client in another process holds it. */
export async function follow(url: string): Promise<Follower> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
  const arrived: ConfigSocketMessage[] = [];
  const waiting: ((message: ConfigSocketMessage) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as ConfigSocketMessage; // what the server says is what is under test
    const waiter = waiting.shift();
    if (waiter === undefined) {
      arrived.push(message);
    } else {
      waiter(message);
    }
  });
  const opened = Promise.withResolvers<unknown>();
  const closed = Promise.withResolvers<unknown>();
  socket.addEventListener('open', opened.resolve);
  socket.addEventListener('close', closed.resolve);
  socket.addEventListener('error', opened.reject);
  await opened.promise;
  return {
    say: (request) => {
      socket.send(JSON.stringify(request));
    },
    next: () => {
      const message = arrived.shift();
      if (message !== undefined) {
        return Promise.resolve(message);
      }
      const { promise, resolve } = Promise.withResolvers<ConfigSocketMessage>();
      waiting.push(resolve);
      return promise;
    },
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await closed.promise;
    },
  };
}
