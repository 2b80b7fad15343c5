import type { OfferedPush, Verdict } from './push.ts';

/** Who answers for one push. */
export interface PushJudge {
  /** Asked when objects were received, before a reference moves. */
  judge(push: OfferedPush): Promise<Verdict>;
  /** Called once Git has ended, however it went; the exchange is over when it resolves. Never rejects. */
  settle(): Promise<void>;
}

/** One request of Git's smart protocol, and who judges it. */
export interface ExchangeRequest {
  readonly program: 'git-upload-pack' | 'git-receive-pack';
  /** What the client says, uncompressed; absent where it asks which references there are. */
  readonly body?: AsyncIterable<Buffer>;
  /** As the client asks for it: `version=2`. */
  readonly protocol?: string;
  /** Absent where nothing is pushed yet. */
  readonly push?: PushJudge;
}

export interface ExchangeAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer>;
}

/** The repository as it is offered to Git clients elsewhere. */
export interface RepositoryExchanges {
  /**
   * Resolves with the first of what is answered, whose end is that of the exchange. Once the signal is aborted, nothing of it goes on.
   * Rejects with a TooManyExchangesError, a RequestTooLargeError or a GitCommandError.
   */
  open(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer>;
}
