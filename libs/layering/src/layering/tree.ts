import type { Document } from '../documents/document.ts';

/** The documents of one commit. */
export interface Tree {
  readonly paths: ReadonlySet<string>;
  /**
   * Cheap to ask again: the same Document is given for the same content.
   *
   * @throws DocumentSyntaxError
   */
  document(path: string): Document;
}

/** What is configured: a service in an environment. */
export interface Pair {
  readonly service: string;
  readonly environment: string;
}
