/** A few of the candidates that someone who wrote the name may have meant, nearest first. */
export function closest(name: string, candidates: readonly string[]): readonly string[] {
  return candidates.filter((candidate) => candidate === name);
}
