/** Values this short stand in a message by chance, as parts of its words: they count where they are a word of their own. */
const MAX_CHANCE_CHARACTERS = 3;

/** The texts and numbers anywhere in a JSON value, as text; not the keys. */
export function valuesOf(json: unknown): ReadonlySet<string> {
  const values = new Set<string>();
  const rest = [json];
  for (const value of rest) {
    if (typeof value === 'string' || typeof value === 'number') {
      values.add(String(value));
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach((inner: unknown) => rest.push(inner));
    }
  }
  return values;
}

/** Whether none of the values stands in the message, plain or as JSON writes it. */
export function isFreeOf(values: ReadonlySet<string>, message: string): boolean {
  const words = new Set(message.split(/[^A-Za-z0-9]+/));
  return ![...values].some((value) =>
    /^[A-Za-z0-9]*$/.test(value) && value.length <= MAX_CHANCE_CHARACTERS
      ? value !== '' && words.has(value)
      : message.includes(value) || message.includes(JSON.stringify(value).slice(1, -1)),
  );
}
