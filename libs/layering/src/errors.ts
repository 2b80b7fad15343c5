export class DocumentSyntaxError extends Error {
  readonly code = 'config/unparsable';
  readonly path: string;
  /** 1-based. */
  readonly line: number | undefined;
  readonly reason: string;

  constructor(at: { readonly path: string; readonly line?: number | undefined }, reason: string, cause?: unknown) {
    super(`${at.path}${at.line === undefined ? '' : `:${at.line}`}: ${reason}`, { cause });
    this.path = at.path;
    this.line = at.line;
    this.reason = reason;
  }
}

export class PlaceholderError extends Error {
  readonly code = 'config/placeholder';
  /** The key whose value holds the placeholder. */
  readonly key: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number | undefined;
  readonly reason: string;
  /** What else is wrong with placeholders of the same configuration. */
  readonly others: readonly PlaceholderError[];

  constructor(
    at: { readonly key: string; readonly path: string; readonly line?: number | undefined },
    reason: string,
    others: readonly PlaceholderError[] = [],
  ) {
    super(`${at.path}${at.line === undefined ? '' : `:${at.line}`}: ${at.key} ${reason}`);
    this.others = others;
    this.key = at.key;
    this.path = at.path;
    this.line = at.line;
    this.reason = reason;
  }
}

export class InvalidKeyPathError extends Error {
  readonly code = 'config/invalid-key';
  readonly key: string;

  constructor(key: string, reason: string, cause?: unknown) {
    super(`the key "${key}" ${reason}`, { cause });
    this.key = key;
  }
}

export class UnsupportedEditError extends Error {
  readonly code = 'config/unsupported-edit';
  readonly path: string;
  readonly key: string;

  constructor(at: { readonly path: string; readonly key: string }, reason: string, cause?: unknown) {
    super(`${at.path}: the key "${at.key}" ${reason}`, { cause });
    this.path = at.path;
    this.key = at.key;
  }
}

export class UnrenderableError extends Error {
  readonly code = 'config/unrenderable';
  readonly keys: readonly string[];

  constructor(keys: readonly string[], reason: string) {
    super(`${keys.join(', ')}: ${reason}`);
    this.keys = keys;
  }
}
