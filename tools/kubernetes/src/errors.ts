/** A kustomization, or a file that it names, from which nothing can be rendered. */
export class RenderError extends Error {
  override readonly name = 'RenderError';

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file}: ${reason}`, options);
  }
}
