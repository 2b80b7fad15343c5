import { IncomingMessage } from 'node:http';

import { RequestFields } from './request-fields.ts';

/**
 * A request as the data port reads it. Node's own `headers` would put every field into a map; Node's server and this gateway look only for
 * those that are acted upon (Expect, Upgrade, Content-Length, Transfer-Encoding, Connection, Host), so that `headers` has no others here.
 */
export class GatewayRequest extends IncomingMessage {
  #fields: RequestFields | undefined;

  static {
    Object.defineProperty(this.prototype, 'headers', {
      get(this: GatewayRequest) {
        return this.fields.actedUpon;
      },
    });
  }

  /** Sorted at the first look. */
  get fields(): RequestFields {
    return (this.#fields ??= new RequestFields(this.rawHeaders));
  }
}
