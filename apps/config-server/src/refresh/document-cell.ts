import { type Document, DocumentSyntaxError, parseDocument } from '@signalbox/layering';

import { type UnreadableObjectError } from '../errors.ts';

/** Parsed when it is first asked for; broken ones stay broken. */
export class DocumentCell {
  readonly #path: string;
  readonly #read: string | UnreadableObjectError;
  #parsed: Document | DocumentSyntaxError | undefined;

  constructor(path: string, read: string | UnreadableObjectError) {
    this.#path = path;
    this.#read = read;
  }

  get text(): string {
    if (typeof this.#read === 'string') {
      return this.#read;
    }
    throw new DocumentSyntaxError({ path: this.#path }, this.#read.reason);
  }

  document(): Document {
    this.#parsed ??= this.#parse();
    if (this.#parsed instanceof DocumentSyntaxError) {
      throw this.#parsed;
    }
    return this.#parsed;
  }

  #parse(): Document | DocumentSyntaxError {
    try {
      return parseDocument(this.#path, this.text);
    } catch (error) {
      if (error instanceof DocumentSyntaxError) {
        return error;
      }
      throw error;
    }
  }
}
