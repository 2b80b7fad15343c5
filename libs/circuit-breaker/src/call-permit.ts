/** One call let through, to be settled once with what became of it; settling it again does nothing. */
export interface CallPermit {
  succeeded(): void;
  /** `isFailure` decides whether the error counts; without an error it does. */
  failed(error?: unknown): void;
  /** The call told nothing about the other side, because the caller gave up: it counts for nothing. */
  cancelled(): void;
}

/** Where the calls let through in one state report to. Shared by all of them, and deaf once the state has changed. */
export interface Reports {
  settle(isFailure: boolean): void;
  /** Settles with what `isFailure` says of the error. */
  judge(error: unknown): void;
  cancel(): void;
}

/** A permit that passes on the first report and lets go of where it went. */
export class SingleUsePermit implements CallPermit {
  #reports: Reports | undefined;

  constructor(reports: Reports) {
    this.#reports = reports;
  }

  succeeded(): void {
    this.#use()?.settle(false);
  }

  failed(error?: unknown): void {
    if (error === undefined) {
      this.#use()?.settle(true);
    } else {
      this.#use()?.judge(error);
    }
  }

  cancelled(): void {
    this.#use()?.cancel();
  }

  #use(): Reports | undefined {
    const reports = this.#reports;
    this.#reports = undefined;
    return reports;
  }
}
