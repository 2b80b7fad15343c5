import { FieldNames } from '../http1/field-names.ts';

/** Fields that say what the gateway found out about a client: only it may set them, whatever clients send under their names. */
export class OwnFields {
  readonly #names: FieldNames<'own'>;

  constructor(names: readonly string[]) {
    this.#names = new FieldNames(Object.fromEntries(names.map((name) => [name.toLowerCase(), 'own'] as const)));
  }

  has(name: string): boolean {
    return this.#names.kindOfAlias(name) !== undefined;
  }

  /** Names and values in turn, without those that are the gateway's own in any spelling; the same array where there is none. */
  without(fields: string[]): string[] {
    for (let i = 0; i < fields.length; i += 2) {
      if (this.has(fields[i] ?? '')) {
        return fields.filter((_, at) => !this.has(fields[at - (at % 2)] ?? ''));
      }
    }
    return fields;
  }
}
