const REVISIONS_PER_EPOCH = 2 ** 32;

/** Which life of the registry a revision is of: it begins a new epoch at each start. */
export function epochOf(revision: number): number {
  return Math.floor(revision / REVISIONS_PER_EPOCH);
}
