/** Where a command says what it has to say. */
export interface Output {
  /** What was asked for. */
  readonly out: (text: string) => void;
  /** What is to be known about it. */
  readonly error: (text: string) => void;
}
