/** A statement of a version as it is, and as it is to be. */
export interface Restatement {
  readonly current: string;
  readonly next: string;
  /** In how many places of the text it stands. @default 1 */
  readonly places?: number;
}

/** The text with the places where it states a version restated. Throws an Error where there are more of them, or fewer. */
export function restate(text: string, { current, next, places = 1 }: Restatement): string {
  const parts = text.split(current);
  if (parts.length - 1 !== places) {
    throw new Error(`expected ${places} of ${current}, found ${parts.length - 1}`);
  }
  return parts.join(next);
}
