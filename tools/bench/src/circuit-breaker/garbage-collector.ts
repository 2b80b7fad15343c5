import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects the young generation alone where it is told so, else everything. */
type CollectGarbage = (options?: { readonly type: 'minor' }) => void;

/** The collector of a process that was started without --expose-gc (Node.js documentation of v8.setFlagsFromString). */
export function garbageCollector(): CollectGarbage {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as CollectGarbage; // V8 defines it in each new context from then on
}
