/** Why the fleet can't be started: the operator's to mend, told in one line. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
