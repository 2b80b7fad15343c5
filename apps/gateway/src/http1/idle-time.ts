import type { AnswerHead } from './answer-head.ts';

/** An idle connection is closed before Node's own servers close theirs (5 s), or a request could meet the closing. */
const IDLE_MS = 4_000;
/** Where a server says how long it waits: so much sooner, for what is under way meanwhile. */
const MARGIN_MS = 2_000;
const LONGEST_IDLE_MS = 600_000;

const TIMEOUT = /(?:^|[,\s])timeout=(\d{1,9})(?:$|[,\s])/i;

/** For how many milliseconds a connection may be idle after this answer; 0 where it can't be used again. */
export function idleMsAfter(head: AnswerHead): number {
  if (!head.isPersistent) {
    return 0;
  }
  const [, seconds] = TIMEOUT.exec(head.keepAlive ?? '') ?? [];
  return seconds === undefined ? IDLE_MS : Math.max(0, Math.min(Number(seconds) * 1_000 - MARGIN_MS, LONGEST_IDLE_MS));
}
