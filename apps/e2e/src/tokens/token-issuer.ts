import type { AddressInfo } from 'node:net';

import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { type Registration, RegistryClient } from '@signalbox/client';

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** An auth server in the registry, which publishes the keys that it signs tokens with. Written without the library that the gateway has. */
export class TokenIssuer implements AsyncDisposable {
  readonly #server: Server;
  readonly #registry: RegistryClient;
  #registration: Registration | undefined;
  #keys: readonly Key[] = [newKey()];

  private constructor(registryUrl: string) {
    this.#registry = new RegistryClient({ url: registryUrl, environment: 'production' });
    this.#server = createServer((request, response) => {
      const isAsked = request.url === '/.well-known/jwks.json';
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' });
      response.end(isAsked ? JSON.stringify({ keys: this.#keys.map(toJwk) }) : '{}');
    });
  }

  /** Resolves when it is registered as the service `auth`. */
  static async start(registryUrl: string): Promise<TokenIssuer> {
    const issuer = new TokenIssuer(registryUrl);
    issuer.#server.listen(0, '127.0.0.1');
    await once(issuer.#server, 'listening');
    const { port } = issuer.#server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
    issuer.#registration = await issuer.#registry.register({
      service: 'auth',
      id: 'auth-1',
      address: '127.0.0.1',
      port,
    });
    return issuer;
  }

  /** Signs with another key from now on; tokens of the one before stay good. */
  rotate(): void {
    this.#keys = [newKey(), ...this.#keys.slice(0, 1)];
  }

  /** For a user, valid for five minutes. */
  tokenFor(sub: string): string {
    const [key = newKey()] = this.#keys;
    const exp = Math.floor((Date.now() + 300_000) / 1_000);
    const header = { alg: 'EdDSA', kid: key.kid, typ: 'JWT' };
    const input = [header, { iss: 'shop-auth', aud: 'shop', sub, exp }].map(encode).join('.');
    return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
  }

  /** Takes no more connections and leaves the registry. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registration?.close();
    await this.#registry.close();
    if (this.#server.listening) {
      this.#server.close();
      this.#server.closeAllConnections();
      await once(this.#server, 'close');
    }
  }
}

function newKey(): Key {
  return { kid: randomUUID(), ...generateKeyPairSync('ed25519') };
}

function toJwk({ kid, publicKey }: Key): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'EdDSA' };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
