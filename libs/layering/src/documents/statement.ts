import type { Step } from './key-path.ts';

/** A key with its value in a format of lines, and where in the text it stands. */
export interface Statement {
  readonly key: string;
  readonly steps: readonly Step[];
  readonly value: string;
  /** 1-based. */
  readonly line: number;
  /** Offset of the first character of its first line. */
  readonly start: number;
  /** Offset of the line end after it, or of the end of the text. */
  readonly end: number;
  /** What stands before the key. */
  readonly lead: string;
  /** What stands between key and value. */
  readonly separator: string;
  /** What stands behind the value: a comment, in formats that have it there. */
  readonly trail: string;
}
