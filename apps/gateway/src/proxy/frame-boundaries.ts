const LENGTH_BITS = 0x7f;
const MASK_BIT = 0x80;
const SHORT_HEAD_BYTES = 2;
const MASK_BYTES = 4;
const UINT32_VALUES = 2 ** 32;

/** Where the frames of a WebSocket end in the bytes of one direction (RFC 6455 section 5.2): a frame of one's own fits there, and nowhere else. */
export class FrameBoundaries {
  readonly #head = Buffer.alloc(SHORT_HEAD_BYTES + 8 + MASK_BYTES);
  #headBytes = 0;
  #payloadLeft = 0;

  /** Whether all that was followed so far are whole frames. */
  get isBetweenFrames(): boolean {
    return this.#payloadLeft === 0 && this.#headBytes === 0;
  }

  /** The offset after the last whole frame in what comes next, 0 where that is before its first byte; -1 where no frame ends. */
  follow(chunk: Buffer): number {
    let last = this.isBetweenFrames ? 0 : -1;
    let offset = 0;
    while (offset < chunk.length) {
      offset = this.#payloadLeft > 0 ? this.#skipPayload(chunk, offset) : this.#readHead(chunk, offset);
      last = this.isBetweenFrames ? offset : last;
    }
    return last;
  }

  #skipPayload(chunk: Buffer, offset: number): number {
    const skipped = Math.min(this.#payloadLeft, chunk.length - offset);
    this.#payloadLeft -= skipped;
    return offset + skipped;
  }

  #readHead(chunk: Buffer, offset: number): number {
    this.#head[this.#headBytes] = chunk[offset] ?? 0;
    this.#headBytes += 1;
    const lengthBits = (this.#head[1] ?? 0) & LENGTH_BITS;
    if (this.#headBytes >= SHORT_HEAD_BYTES && this.#headBytes === this.#headLength(lengthBits)) {
      this.#payloadLeft = this.#payloadLength(lengthBits);
      this.#headBytes = 0;
    }
    return offset + 1;
  }

  #headLength(lengthBits: number): number {
    const isMasked = ((this.#head[1] ?? 0) & MASK_BIT) !== 0;
    return SHORT_HEAD_BYTES + extendedBytes(lengthBits) + (isMasked ? MASK_BYTES : 0);
  }

  #payloadLength(lengthBits: number): number {
    switch (extendedBytes(lengthBits)) {
      case 0:
        return lengthBits;
      case 2:
        return this.#head.readUInt16BE(SHORT_HEAD_BYTES);
      default:
        return (
          this.#head.readUInt32BE(SHORT_HEAD_BYTES) * UINT32_VALUES + this.#head.readUInt32BE(SHORT_HEAD_BYTES + 4)
        );
    }
  }
}

function extendedBytes(lengthBits: number): number {
  return lengthBits === 127 ? 8 : lengthBits === 126 ? 2 : 0;
}
