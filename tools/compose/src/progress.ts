/** Is told what is being done, and does it. */
export type Progress = <Outcome>(label: string, work: () => Promise<Outcome>) => Promise<Outcome>;

/** Says nothing. */
export const quietly: Progress = (_label, work) => work();

export interface ProgressOptions {
  readonly write: (text: string) => unknown;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

const LABEL_WIDTH = 80;

/** A line for each step, with the seconds that it took at its end. */
export function readableProgress({ write, now }: ProgressOptions): Progress {
  return async (label, work) => {
    write(`${`${label} `.padEnd(LABEL_WIDTH, '.')} `);
    const startedAt = now();
    try {
      const outcome = await work();
      write(`${((now() - startedAt) / 1_000).toFixed(1)} s\n`);
      return outcome;
    } catch (error) {
      write('failed\n');
      throw error;
    }
  };
}
