/** What is wrong with a manifest, and where in it. */
export interface Problem {
  /** Kind and name: `Deployment/gateway`. */
  readonly manifest: string;
  /** Members on the way to it, separated by slashes; empty for the whole. */
  readonly path: string;
  readonly reason: string;
}

export function renderProblem({ manifest, path, reason }: Problem): string {
  return `${manifest}${path === '' ? '' : ` at ${path}`}: ${reason}`;
}
