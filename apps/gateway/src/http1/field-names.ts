/** Room for 32 initial letters at each length up to the longest name of interest. */
const INITIALS = 32;

/**
 * Tells the header fields that matter from all others, which are most: a name is looked at by its length and first letter,
 * and spelled in lower case only when both fit.
 */
export class FieldNames<Kind extends string> {
  readonly #slots: ({ readonly name: string; readonly kind: Kind }[] | undefined)[] = [];

  constructor(kinds: Readonly<Record<string, Kind>>) {
    for (const [name, kind] of Object.entries(kinds)) {
      (this.#slots[slotOf(name)] ??= []).push({ name, kind });
    }
  }

  kindOf(name: string): Kind | undefined {
    const slot = this.#slots[slotOf(name)];
    if (slot === undefined) {
      return undefined;
    }
    const lower = name.toLowerCase();
    return slot.find((candidate) => candidate.name === lower)?.kind;
  }

  /**
   * The same of every spelling that a server could take for the name: CGI and its successors make one character of all that are neither
   * letter nor digit. The names of interest have only dashes of these.
   */
  kindOfAlias(name: string): Kind | undefined {
    const slot = this.#slots[slotOf(name)];
    if (slot === undefined) {
      return undefined;
    }
    const dashed = name.toLowerCase().replace(/[^a-z0-9]/g, '-');
    return slot.find((candidate) => candidate.name === dashed)?.kind;
  }
}

function slotOf(name: string): number {
  return name.length * INITIALS + (name.charCodeAt(0) & (INITIALS - 1));
}

/** Options of a Connection field in lower case; undefined for the usual ones, which name no other field. */
export function nominatedFields(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') {
    return undefined;
  }
  return new Set(connection.split(',').map((option) => option.trim().toLowerCase()));
}

/** Names and values in turn, without the fields named. */
export function withoutFields(fields: readonly string[], names: ReadonlySet<string>): string[] {
  return fields.filter((_, i) => !names.has((fields[i - (i % 2)] ?? '').toLowerCase()));
}
