import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '@signalbox/testkit';

import { onCore, Program } from '../programs.ts';
import { addressOf, answersOk, type Ground, type Site } from './site.ts';
import { SMALL_GET } from './workload.ts';

/** HAProxy on one thread, with connections kept both ways and the same fields set. */
export async function startHaproxy(haproxy: string, backend: Site, { directory, core, opened }: Ground): Promise<Site> {
  const port = await freePort();
  const file = join(directory, 'haproxy.cfg');
  await writeFile(file, configuration(port, backend.port));
  const program = await Program.start('haproxy', onCore(core, [haproxy, '-db', '-f', file]), {
    isReady: () => answersOk(addressOf(port, SMALL_GET.path)),
  });
  opened.defer(() => program.stop());
  return { program, port };
}

function configuration(port: number, backendPort: number): string {
  return `
global
  nbthread 1
  maxconn 2048
defaults
  mode http
  timeout connect 2s
  timeout client 65s
  timeout server 15s
  timeout http-keep-alive 65s
  retries 1
  option redispatch
frontend data
  bind 127.0.0.1:${port} backlog 1024
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Real-IP %[src]
  acl is_products path_beg /api/products
  acl is_orders path_beg /api/orders
  use_backend services if is_products || is_orders
backend services
  server backend 127.0.0.1:${backendPort}
`;
}
