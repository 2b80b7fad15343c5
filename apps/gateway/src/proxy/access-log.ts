import type { Endpoint } from '../upstreams/endpoint.ts';
import type { Peer } from './peer.ts';
import type { GatewayProblem } from './problems.ts';
import type { RequestHead } from './request-head.ts';
import type { ServedRoute } from './served-route.ts';

/** Where structured lines go. */
export interface LogSink {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** How one request went, for whoever asks which way it took and why. */
export interface FinishedExchange {
  readonly head: RequestHead;
  readonly peer: Peer;
  readonly route: string;
  readonly endpoint: Endpoint | undefined;
  readonly attempts: number;
  /** 0 when the client left before an answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly problem: GatewayProblem | undefined;
}

/** One line for each request, at debug: which route, which instance, how often tried, how answered and why. */
export class AccessLog {
  /** To be asked before anything is collected for a line. */
  readonly isEnabled: boolean;
  readonly #sink: LogSink;

  constructor(sink: LogSink, { isEnabled }: { readonly isEnabled: boolean }) {
    this.#sink = sink;
    this.isEnabled = isEnabled;
  }

  finished({ head, peer, endpoint, problem, durationMs, ...outcome }: FinishedExchange): void {
    this.#sink.debug(
      {
        client: peer.address,
        method: head.method,
        host: head.host,
        path: head.path,
        instance: endpoint?.id,
        origin: endpoint?.origin,
        ...outcome,
        ms: Math.round(durationMs * 10) / 10,
        code: problem?.code,
        detail: problem?.detail,
      },
      'request finished',
    );
  }

  refused(peer: Peer, { code, detail }: GatewayProblem): void {
    this.#sink.debug({ client: peer.address, code, detail }, 'request refused');
  }

  attemptFailed({ route, endpoint, reason }: { route: ServedRoute; endpoint: Endpoint; reason: string }): void {
    this.#sink.debug({ route: route.name, instance: endpoint.id, origin: endpoint.origin, reason }, 'attempt failed');
  }
}
