import { describe, expect, it } from 'vitest';

import { FrameBoundaries } from './frame-boundaries.ts';

function frame(payloadBytes: number, { isMasked }: { isMasked: boolean }): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head =
    payloadBytes < 126
      ? Buffer.from([0x82, mask | payloadBytes])
      : payloadBytes < 65_536
        ? Buffer.from([0x82, mask | 126, payloadBytes >> 8, payloadBytes & 0xff])
        : Buffer.concat([Buffer.from([0x82, mask | 127]), lengthOf(payloadBytes)]);
  // payload and mask are full of what would be a head
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0, 0x88), Buffer.alloc(payloadBytes, 0x81)]);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes));
  return length;
}

const SIZES = [0, 1, 125, 126, 127, 65_535, 65_536];

describe('the boundaries between frames', () => {
  it.each([{ isMasked: true }, { isMasked: false }])('are found however the bytes are cut, %o', (options) => {
    const frames = SIZES.map((size) => frame(size, options));
    const bytes = Buffer.concat(frames);
    const ends = frames.reduce<number[]>((known, { length }) => [...known, (known.at(-1) ?? 0) + length], [0]);

    for (const size of [1, 2, 3, 7, 1_000, 65_536, bytes.length]) {
      const boundaries = new FrameBoundaries();
      const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => i * size);

      const found = starts.map((start) => boundaries.follow(bytes.subarray(start, start + size)));

      const expected = starts.map(
        (start) => (ends.findLast((end) => end >= start && end <= start + size) ?? start - 1) - start,
      );
      expect(found).toEqual(expected);
      expect(boundaries.isBetweenFrames).toBe(true);
    }
  });
});
