import { createServer } from 'node:http';

import { ANSWERS } from '../workload.ts';

/** The backend where no nginx is installed. */
const answers = new Map(Object.entries(ANSWERS).map(([path, text]) => [path, Buffer.from(text)]));
const [port] = process.argv.slice(2).map(Number);

createServer((request, response) => {
  const [path = ''] = (request.url ?? '').split('?');
  const body = answers.get(path);
  request.resume();
  if (body === undefined) {
    response.writeHead(404).end();
  } else {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  }
}).listen(port, '127.0.0.1');
