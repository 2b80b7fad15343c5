import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '@signalbox/testkit';

import { onCore, Program } from '../programs.ts';
import { addressOf, answersOk, type Ground, type Site } from './site.ts';
import { ANSWERS, SMALL_GET } from './workload.ts';

const EXPORT = '/api/products/export';

/** Connections that a proxy keeps to the backend: more than the load opens, so that none is opened anew. */
const KEPT_CONNECTIONS = 64;

/** A backend that costs little: two answers out of the configuration, the long one out of an open file. */
export async function startNginxBackend(nginx: string, ground: Ground): Promise<Site> {
  const www = join(ground.directory, 'www');
  await mkdir(join(www, 'api', 'products'), { recursive: true });
  await writeFile(join(www, EXPORT), ANSWERS[EXPORT]);
  const answered = (path: '/api/orders' | '/api/products/1001') =>
    `location = ${path} { return 200 '${ANSWERS[path]}'; }`;
  return startNginx('backend', nginx, {
    ...ground,
    site: (port) => `
      open_file_cache max=16;
      default_type application/json;
      add_header Cache-Control "private, max-age=30" always;
      add_header Vary Accept-Encoding always;
      add_header X-Request-Id $request_id always;
      server {
        listen 127.0.0.1:${port} backlog=1024;
        root ${www};
        ${answered('/api/products/1001')}
        ${answered('/api/orders')}
      }`,
  });
}

/** nginx as one would set it up to be compared: connections kept both ways, answers buffered in memory, the usual fields set. */
export function startNginxProxy(nginx: string, backend: Site, ground: Ground): Promise<Site> {
  return startNginx('nginx', nginx, {
    ...ground,
    site: (port) => `
      upstream backend {
        server 127.0.0.1:${backend.port};
        keepalive ${KEPT_CONNECTIONS};
        keepalive_requests 100000000;
      }
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_next_upstream error timeout;
      proxy_buffers 16 8k;
      proxy_max_temp_file_size 0;
      server {
        listen 127.0.0.1:${port} backlog=1024;
        location /api/products { proxy_pass http://backend; }
        location /api/orders { proxy_pass http://backend; }
      }`,
  });
}

interface NginxGround extends Ground {
  readonly site: (port: number) => string;
}

async function startNginx(name: string, nginx: string, { directory, core, opened, site }: NginxGround): Promise<Site> {
  const port = await freePort();
  const home = join(directory, name);
  await mkdir(home);
  await writeFile(join(home, 'nginx.conf'), configuration(home, site(port)));
  const command = [nginx, '-p', home, '-e', 'stderr', '-c', join(home, 'nginx.conf')];
  const program = await Program.start(name, onCore(core, command), {
    isReady: () => answersOk(addressOf(port, SMALL_GET.path)),
  });
  opened.defer(() => program.stop());
  return { program, port };
}

function configuration(home: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${home}/${kind};`,
  );
  return `
    worker_processes 1;
    daemon off;
    pid ${home}/nginx.pid;
    error_log stderr warn;
    events { worker_connections 2048; }
    http {
      ${temporary.join(' ')}
      access_log off;
      sendfile on;
      tcp_nodelay on;
      keepalive_requests 100000000;
      ${site}
    }`;
}
