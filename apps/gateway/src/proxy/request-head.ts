import type { OwnFields } from '../filters/own-fields.ts';
import type { RoutedRequest } from '../routing/route.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Peer } from './peer.ts';
import type { GatewayProblem } from './problems.ts';
import type { RequestFields } from './request-fields.ts';

import { nominatedFields, withoutFields } from '../http1/field-names.ts';
import { normalisePath } from '../routing/path.ts';
import { addForwarded } from './forwarded.ts';
import { framingProblem } from './framing.ts';
import { readTarget, type Target } from './target.ts';

/** More than any honest client sends; Node itself would drop what is beyond its own count without a word. */
const MAX_FIELDS = 200;

/** Reads a request's head as a gateway must: what two servers could read differently is refused. */
export function readRequestHead(
  request: GatewayRequest,
  { peer, isUpgrade }: { readonly peer: Peer; readonly isUpgrade: boolean },
): GatewayProblem | RequestHead {
  const { rawHeaders, method = '', url = '' } = request;
  if (method === 'TRACE' || method === 'CONNECT') {
    return { code: 'gateway/method-refused', detail: `${method} is not forwarded` };
  }
  if (rawHeaders.length > 2 * MAX_FIELDS) {
    return { code: 'gateway/too-many-headers', detail: `more than ${MAX_FIELDS} header fields` };
  }
  const { fields } = request;
  const problem = framingProblem(fields, request);
  if (problem !== undefined) {
    return problem;
  }
  const target = readTarget(url, fields.get('host'));
  if (typeof target === 'string') {
    return { code: 'gateway/unsafe-request', detail: target };
  }
  const head = new RequestHead(method, target, { fields, peer });
  return isUpgrade && head.hasBody
    ? { code: 'gateway/unsafe-request', detail: 'a request to switch protocols has a body' }
    : head;
}

/** A request's head: checked, and ready to be sent on. */
export class RequestHead implements RoutedRequest {
  readonly method: string;
  /** Origin form, as it was spelled. */
  readonly target: string;
  readonly path: string;
  readonly host: string;
  /** The Host field, as it was spelled. */
  readonly hostField: string;
  readonly hasBody: boolean;
  readonly isChunked: boolean;
  readonly expectsContinue: boolean;
  /** Whether whoever sent it says that it is another's. */
  readonly isForwarded: boolean;
  readonly #received: RequestFields;
  #fields: string[];
  #claimed: { readonly names: OwnFields; readonly fields: readonly string[] } | undefined;

  constructor(method: string, target: Target, { fields, peer }: { fields: RequestFields; peer: Peer }) {
    const nominated = nominatedFields(fields.get('connection'));
    const length = fields.get('content-length');
    this.method = method;
    this.target = target.target;
    this.path = normalisePath(target.path);
    this.host = target.host;
    this.#fields = nominated === undefined ? fields.forwarded : withoutFields(fields.forwarded, nominated);
    this.isChunked = fields.get('transfer-encoding') !== undefined;
    this.hasBody = this.isChunked || (length !== undefined && length !== '0');
    this.expectsContinue = fields.get('expect') !== undefined;
    this.isForwarded = fields.get('x-forwarded-for') !== undefined || fields.get('forwarded') !== undefined;
    this.#received = fields;
    this.hostField = fields.get('host') ?? '';
    if (this.hasBody && length !== undefined) {
      this.#fields.push('Content-Length', length);
    }
    addForwarded(this.#fields, fields, peer);
  }

  /** Names and values in turn, without what concerns only the client's connection and without Host, with the forwarded fields. */
  get fields(): readonly string[] {
    return this.#fields;
  }

  headerValue(name: string): string | undefined {
    return this.#claimed?.names.has(name) === true ? valueOf(name, this.#claimed.fields) : this.#received.find(name);
  }

  /** From now on there are these fields of the gateway's own, and none that the client sent under their names or aliases of them. */
  claim(names: OwnFields, fields: readonly string[]): void {
    this.#claimed = { names, fields };
    this.#fields = names.without(this.#fields);
    this.#fields.push(...fields);
  }
}

function valueOf(name: string, fields: readonly string[]): string | undefined {
  const at = fields.findIndex((part, i) => i % 2 === 0 && part.toLowerCase() === name);
  return at === -1 ? undefined : fields[at + 1];
}
