/** What stops a benchmark run, in words for the person who runs it. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
