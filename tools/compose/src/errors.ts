/** Why the shop can't be started, used or taken away; told in one line and what the program that failed printed last. */
export class StackError extends Error {
  override readonly name: string = 'StackError';
}

/** The shop answered, and the answer was no. */
export class RefusedError extends StackError {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
