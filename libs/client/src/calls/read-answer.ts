const READERS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'] as const;

/** What is to be told when a response has been read. */
const toTell = new WeakMap<Response, () => void>();

/** The methods of a Response that read it whole, each telling when it is done. Made once, since every call has a response. */
const TELLING = Object.fromEntries(
  READERS.map((reader) => [
    reader,
    {
      configurable: true,
      writable: true,
      async value(this: Response): Promise<unknown> {
        const isSecondReading = this.bodyUsed; // which fails at once, while the first may be under way
        try {
          return await Response.prototype[reader].call(this);
        } finally {
          if (!isSecondReading) {
            toTell.get(this)?.();
          }
        }
      },
    },
  ]),
);

/**
 * Calls back once the response was read by one of its own methods, whether that succeeded or not. Who reads `body` itself, or a clone, is
 * not seen.
 */
export function onceRead(response: Response, told: () => void): Response {
  toTell.set(response, told);
  return Object.defineProperties(response, TELLING);
}
