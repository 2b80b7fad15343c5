import { requireType, shown } from './option-checks.ts';

/** Checks the address of a server and gives it the trailing slash that relative paths need. Its TypeErrors show no credentials. */
export function parseServerUrl(text: string): URL {
  requireType('url', text, 'string');
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError(`url: must be an http or https address, not ${shown(text.replace(/\/\/.*@/s, '//'))}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`url: must not carry user and password, as the one of ${url.host} does: give a token`);
  }
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  return url;
}

export function toSocketUrl(server: URL, path: string): URL {
  const url = new URL(path, server);
  url.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
