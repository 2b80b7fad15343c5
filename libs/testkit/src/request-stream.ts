import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

import { type Outcome, type PhaseReport, reportOf } from './stream-report.ts';

export interface StreamedRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
}

export interface RequestStreamOptions {
  /** Sent in turn. */
  readonly requests: readonly StreamedRequest[];
  /** Requests begun in a second, whether those before are answered or not. @default 100 */
  readonly perSecond?: number;
  /** A request without its whole answer by then has failed. @default 10_000 */
  readonly withinMs?: number;
  /** Who gave an answer, by its header fields. @default the instance in `Signalbox-Route` */
  readonly answeredBy?: (fields: IncomingHttpHeaders) => string | undefined;
}

const DEFAULTS = { perSecond: 100, withinMs: 10_000, answeredBy: instanceOfRoute };

/** How often requests that are due are sent. */
const TICK_MS = 5;

interface Awaited {
  readonly isOver: () => boolean;
  readonly resolve: (_: undefined) => void;
}

/**
 * A steady stream of requests over connections that are kept: an open loop, in which a hang is seen as latency and failures and not as
 * fewer requests. Nothing is ever sent twice.
 */
export class RequestStream {
  readonly #url: string;
  readonly #options: Required<RequestStreamOptions>;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #outcomes: Outcome[] = [];
  readonly #awaited = new Set<Awaited>();
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #phase = 'before';
  #sent = 0;

  private constructor(url: string, options: Required<RequestStreamOptions>) {
    this.#url = url;
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#sendDue();
    }, TICK_MS);
  }

  /** Requests begun before the first call of `phase` belong to the phase `before`. */
  static start(url: string, options: RequestStreamOptions): RequestStream {
    const { perSecond = DEFAULTS.perSecond, withinMs = DEFAULTS.withinMs, answeredBy = DEFAULTS.answeredBy } = options;
    return new RequestStream(url, { ...options, perSecond, withinMs, answeredBy });
  }

  /** Requests begun from now on belong to this phase. */
  phase(name: string): void {
    this.#phase = name;
  }

  /** Resolves once so many requests begun in the current phase are over. */
  async observe(requests: number): Promise<void> {
    const phase = this.#phase;
    await this.#until(() => this.#outcomes.filter((outcome) => outcome.phase === phase).length >= requests);
  }

  /** Resolves with the first request, begun in the current phase, that is over and for which `holds` is true. */
  async first(holds: (outcome: Outcome) => boolean): Promise<Outcome> {
    const phase = this.#phase;
    const find = () => this.#outcomes.find((outcome) => outcome.phase === phase && holds(outcome));
    await this.#until(() => find() !== undefined);
    const found = find();
    if (found === undefined) {
      throw new Error('outcomes are never forgotten');
    }
    return found;
  }

  /** Begins no more requests; resolves when those under way are over. */
  async stop(): Promise<PhaseReport> {
    clearInterval(this.#timer);
    await this.#until(() => this.#outcomes.length === this.#sent);
    this.#agent.destroy();
    return this.report();
  }

  /** What became of the requests that are over, of all phases or of some. */
  report(...phases: readonly string[]): PhaseReport {
    return reportOf(
      phases.length === 0 ? this.#outcomes : this.#outcomes.filter(({ phase }) => phases.includes(phase)),
    );
  }

  async #until(isOver: () => boolean): Promise<void> {
    if (isOver()) {
      return;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const awaited = { isOver, resolve };
    this.#awaited.add(awaited);
    await promise;
    this.#awaited.delete(awaited);
  }

  #sendDue(): void {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1_000) * this.#options.perSecond);
    while (this.#sent < due) {
      void this.#send(this.#sent);
      this.#sent += 1;
    }
  }

  async #send(index: number): Promise<void> {
    const { requests, ...expected } = this.#options;
    const sent = requests[index % requests.length];
    if (sent === undefined) {
      throw new RangeError('a stream needs at least one request');
    }
    const phase = this.#phase;
    const startedAt = performance.now();
    const ending = await ask(this.#url, sent, { agent: this.#agent, ...expected });
    const endedAt = performance.now();
    this.#outcomes.push({ ...ending, phase, method: sent.method, startedAt, endedAt });
    for (const { isOver, resolve } of this.#awaited) {
      if (isOver()) {
        resolve(undefined);
      }
    }
  }
}

type Ending = Pick<Outcome, 'status' | 'reason' | 'instance'>;

async function ask(
  url: string,
  { method, path, body = '' }: StreamedRequest,
  { agent, withinMs, answeredBy }: { agent: Agent } & Pick<Required<RequestStreamOptions>, 'withinMs' | 'answeredBy'>,
): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const headers = method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) };
  const outgoing = request(`${url}${path}`, { method, agent, headers });
  const impatience = setTimeout(() => outgoing.destroy(new Error(`no answer within ${withinMs} ms`)), withinMs);
  outgoing.on('response', (response) => {
    read(response, answeredBy).then(resolve, (error: unknown) => {
      resolve({ status: 0, reason: reasonOf(error) });
    });
  });
  outgoing.on('error', (error) => {
    resolve({ status: 0, reason: reasonOf(error) });
  });
  outgoing.end(body);
  const ending = await promise;
  clearTimeout(impatience);
  return ending;
}

async function read(response: IncomingMessage, answeredBy: typeof instanceOfRoute): Promise<Ending> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer); // no encoding is set
  }
  const { statusCode: status = 0, headers } = response;
  const instance = answeredBy(headers);
  return {
    status,
    ...(instance !== undefined && { instance }),
    ...(status >= 400 && { reason: `${status} ${Buffer.concat(chunks).toString()}` }),
  };
}

function instanceOfRoute(fields: IncomingHttpHeaders): string | undefined {
  return /; instance=(.+)$/.exec(String(fields['signalbox-route']))?.[1];
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException; // of node:http
  return code === undefined ? message : `${code} ${message}`;
}
