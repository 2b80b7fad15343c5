import type { OfferedPush, Verdict } from './push.ts';

/** One request of Git's smart protocol, and who judges it. */
export interface ExchangeRequest {
  readonly program: 'git-upload-pack' | 'git-receive-pack';
  /** What the client says, uncompressed; absent where it asks which references there are. */
  readonly body?: AsyncIterable<Buffer>;
  /** As the client asks for it: `version=2`. */
  readonly protocol?: string;
  /** Asked when objects were received, before a reference moves. Absent where nothing is pushed yet. */
  readonly judge?: (push: OfferedPush) => Promise<Verdict>;
}

export interface ExchangeAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer>;
}

/** The repository as it is offered to Git clients elsewhere. */
export interface RepositoryExchanges {
  /**
   * Resolves with the first of what is answered. Once the signal is aborted, nothing of the exchange goes on.
   * Rejects with a TooManyExchangesError, a RequestTooLargeError or a GitCommandError.
   */
  open(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer>;
}
