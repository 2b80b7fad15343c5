/** What a finished call says of the other side. An ignored one says nothing, and gives its permit back where it was a probe. */
export type Verdict = 'success' | 'failure' | 'ignored';
