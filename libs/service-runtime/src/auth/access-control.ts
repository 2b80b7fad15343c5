import type { IncomingHttpHeaders } from 'node:http';

import { BlockList, isIP } from 'node:net';

import type { CommonSettings } from '../settings.ts';

import { SettingsError } from '../errors.ts';
import { ANYONE, type Identity } from './permissions.ts';
import { presentedToken } from './presented-token.ts';
import { digestOf, readTokens, type Tokens } from './tokens.ts';

/**
 * Who may call a control API.
 * tokens: whoever presents one of the file; open: anyone on loopback, provided that the request names a loopback host (else a page in
 * a browser could reach in by DNS rebinding); none: anyone at all, because the operator said so.
 */
type Mode =
  { readonly kind: 'tokens'; readonly tokens: Tokens } | { readonly kind: 'open' } | { readonly kind: 'none' };

export class AccessControl {
  readonly #mode: Mode;
  /** The last Host header and what came of it: most requests carry the one before. */
  #lastHost = { header: '', isLoopback: false };

  private constructor(mode: Mode) {
    this.#mode = mode;
  }

  /** Throws a SettingsError for a control API that would listen beyond loopback with no auth and nobody having said so. */
  static fromSettings(settings: Pick<CommonSettings, 'host' | 'auth' | 'tokensFile'>): AccessControl {
    if (settings.tokensFile !== undefined && settings.auth === 'none') {
      throw new SettingsError('SIGNALBOX_AUTH: "none" contradicts SIGNALBOX_TOKENS_FILE');
    }
    if (settings.tokensFile !== undefined) {
      return new AccessControl({ kind: 'tokens', tokens: readTokens(settings.tokensFile) });
    }
    if (settings.auth === 'none') {
      return new AccessControl({ kind: 'none' });
    }
    if (!isLoopback(settings.host)) {
      throw new SettingsError(
        `SIGNALBOX_TOKENS_FILE: without it the control API listens only on a loopback address, not "${settings.host}"; ` +
          'SIGNALBOX_AUTH=none opens it to everyone',
      );
    }
    return new AccessControl({ kind: 'open' });
  }

  get isOpenToEveryone(): boolean {
    return this.#mode.kind === 'none';
  }

  /** Who the caller is; undefined for nobody we know. */
  identify(headers: IncomingHttpHeaders): Identity | undefined {
    switch (this.#mode.kind) {
      case 'none':
        return ANYONE;
      case 'open':
        return this.#namesLoopback(headers.host ?? '') ? ANYONE : undefined;
      case 'tokens': {
        const token = presentedToken(headers);
        return token === undefined ? undefined : this.#mode.tokens.get(digestOf(token));
      }
    }
  }

  /** What to tell a caller whom `identify` does not know. */
  refusal(headers: IncomingHttpHeaders): string {
    return this.#mode.kind === 'open'
      ? `without a tokens file only requests for a loopback host are answered, not for "${headers.host ?? ''}"`
      : 'a known token is needed, as Bearer, as the password of Basic, or as X-Consul-Token';
  }

  #namesLoopback(header: string): boolean {
    if (header !== this.#lastHost.header) {
      this.#lastHost = { header, isLoopback: isLoopback(hostnameOf(header)) };
    }
    return this.#lastHost.isLoopback;
  }
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function hostnameOf(hostHeader: string): string {
  return hostHeader
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}
