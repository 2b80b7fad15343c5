/** Why the shop can't be started, used or taken away; told in one line and what the program that failed printed last. */
export class StackError extends Error {
  override readonly name = 'StackError';
}
