const START = '${secret:';

/**
 * A regular expression for a text that is a reference to a secret, or holds one. What it resolves to is not known when
 * it is written, so no constraint is held against it.
 */
export const SECRET_PATTERN = '\\$\\{secret:';

export function holdsSecretReference(text: string): boolean {
  return text.includes(START);
}
