/** A frame at the head of what a server sent. */
export interface Frame {
  readonly bytes: number;
  /** What it carries for the watcher, if it does. */
  readonly message?: Buffer;
  /** What has to be sent back. */
  readonly answer?: Buffer;
}

/**
 * A wire protocol of watching, just enough of it to hear changes over a bare socket. Thousands of whole clients in the measuring
 * process would take longer to read a change than a server to send it, and not the same on both sides.
 */
export interface WatchProtocol {
  readonly port: number;
  /** Everything that a watcher sends to begin. */
  readonly opening: Buffer;
  /** The frame that begins here; undefined when it has not all arrived. Throws a BenchError for what ends the watch. */
  frameAt(received: Buffer): Frame | undefined;
}
