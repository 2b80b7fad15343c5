/** Who has something to send at the end of a turn. */
export interface HeldWriter {
  /** Called once for each time that it was held; what it was to be sent on may be gone by then. */
  writeHeld(): void;
}

/**
 * What one turn of the event loop has to send, sent together at its end. Each write wakes the process at the other side where that sleeps;
 * written one after the other, while requests are worked on in between, it has each time gone to sleep again, and waking it costs this
 * process more than the write itself (tools/bench, suite gateway). Nothing waits longer than for what has arrived already.
 */
export class HeldWrites {
  #held: HeldWriter[] = [];

  hold(writer: HeldWriter): void {
    if (this.#held.length === 0) {
      setImmediate(this.#release); // the phase that follows reading from sockets (Node.js guide, "The Node.js Event Loop")
    }
    this.#held.push(writer);
  }

  readonly #release = (): void => {
    const held = this.#held;
    this.#held = [];
    for (const writer of held) {
      writer.writeHeld();
    }
  };
}
