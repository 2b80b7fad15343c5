import { describe, expect, it } from 'vitest';

import { type BatchAnswer, BatchOutput } from './batch-output.ts';

const OID = 'a'.repeat(40);

/** Every way of cutting the text into pieces of one length. */
function answersInPiecesOf(length: number, text: string): BatchAnswer[] {
  const output = new BatchOutput(16);
  const bytes = Buffer.from(text);
  const answers: BatchAnswer[] = [];
  for (let at = 0; at < bytes.length; at += length) {
    answers.push(...output.push(bytes.subarray(at, at + length)));
  }
  return answers;
}

describe('BatchOutput', () => {
  it.each([1, 2, 3, 7, 50, 1_000])(
    'cuts the stream into the same answers when it arrives in pieces of %i',
    (length) => {
      const stream = `${OID} blob 5\na: 1\n\n${OID} blob 0\n\n${'b'.repeat(40)} missing\n${OID} blob 17\n${'x'.repeat(17)}\n${OID} commit 2\nü\n`;

      expect(answersInPiecesOf(length, stream)).toEqual([
        { kind: 'object', type: 'blob', content: Buffer.from('a: 1\n') },
        { kind: 'object', type: 'blob', content: Buffer.from('') },
        { kind: 'missing' },
        { kind: 'too-large', bytes: 17 },
        { kind: 'object', type: 'commit', content: Buffer.from('ü') },
      ]);
    },
  );
});
