/** The text with the one place where it states a version restated. Throws an Error where it does so nowhere, or twice. */
export function restate(text: string, current: string, next: string): string {
  const parts = text.split(current);
  if (parts.length !== 2) {
    throw new Error(`expected one ${current}, found ${parts.length - 1}`);
  }
  return parts.join(next);
}
