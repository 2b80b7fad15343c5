import type { ConfigValue } from '@signalbox/layering';

import type { Author } from './change.ts';

/** What someone asks to be changed: keys of one layer, or one whole file. */
export type Edit =
  | {
      readonly kind: 'keys';
      /** A service, a group or `common`. */
      readonly folder: string;
      /** The environment of the layer; the layer of all of them when absent. */
      readonly environment?: string;
      readonly set: ReadonlyMap<string, ConfigValue>;
      readonly unset: readonly string[];
    }
  | {
      readonly kind: 'file';
      readonly folder: string;
      /** When given, the file must be of that layer. */
      readonly environment?: string;
      readonly path: string;
      readonly content: string;
    };

export interface EditRequest {
  readonly edit: Edit;
  readonly author: Author;
  readonly message?: string;
  /** The commit that the edit was made for: it is refused when a file that it touches has changed since. */
  readonly expectedVersion?: string;
  /** Judge the edit and say what it would change, but write nothing. */
  readonly dryRun: boolean;
}

export function messageOf({ edit, message }: EditRequest): string {
  if (message !== undefined) {
    return message;
  }
  if (edit.kind === 'file') {
    return `Replace ${edit.path}`;
  }
  const keys = [...[...edit.set.keys()].map((key) => `set ${key}`), ...edit.unset.map((key) => `unset ${key}`)];
  const shown = keys.slice(0, MAX_KEYS_SHOWN).join(', ');
  const more = keys.length > MAX_KEYS_SHOWN ? ` and ${keys.length - MAX_KEYS_SHOWN} more` : '';
  return `Update ${edit.folder}/${edit.environment ?? 'default'}: ${shown}${more}`;
}

const MAX_KEYS_SHOWN = 5;
