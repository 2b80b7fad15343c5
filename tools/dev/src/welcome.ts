import type { LaunchOptions } from './options.ts';

/** What a newcomer sees once everything is ready. */
export function welcome({ environment, ports }: LaunchOptions): string {
  const config = `localhost:${ports.config}`;
  const update = `{"service":"orders","environment":"${environment}","set":{"greeting":"Changed while running"}}`;
  return `
Signalbox is ready.

  the shop        http://localhost:${ports.gateway}/
  config-server   http://${config}/docs
  registry        http://localhost:${ports.registry}/docs
  gateway         http://localhost:${ports.admin}/docs

Worth trying, from another terminal:

  curl localhost:${ports.gateway}/api/orders
  curl '${config}/config/orders/${environment}?explain=true'
  curl ${config}/admin/update -H 'content-type: application/json' -d '${update}'
  git clone http://${config}/git/config.git shop-config

Ctrl-C stops everything.
`;
}
