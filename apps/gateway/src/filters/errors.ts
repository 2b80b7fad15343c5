/** The keys' server answered, but with nothing that keys can be taken from. Asked again it may. */
export class UnusableKeysError extends Error {
  readonly code = 'GATEWAY_UNUSABLE_KEYS';
}

/** The keys' server did not answer in time. */
export class KeysTimeoutError extends Error {
  readonly code = 'GATEWAY_KEYS_TIMEOUT';

  constructor(withinMs: number) {
    super(`did not answer within ${withinMs} ms`);
  }
}

/** There is nobody to ask for the keys. */
export class KeysUnreachableError extends Error {
  readonly code = 'GATEWAY_KEYS_UNREACHABLE';
}
