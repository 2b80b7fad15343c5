import type { FastifyInstance } from 'fastify';

import * as z from 'zod';

import type { ShopService } from './shop-service.ts';

import { LoginLimit } from './auth/login-limit.ts';
import { matchesPassword, NOBODYS_HASH } from './auth/password-hash.ts';
import { SigningKey } from './auth/signing-key.ts';
import { readUsers, type Users } from './auth/users.ts';
import { AuthConfiguration } from './configuration.ts';
import { WrongCredentialsError } from './errors.ts';
import { parseRequest } from './parse-request.ts';
import { required } from './settings.ts';

const MAX_BODY_BYTES = 4 * 1024;
/** How long a key may be kept by whoever checks tokens, in seconds. */
const KEY_MAX_AGE_S = 300;

const LoginRequest = z.strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(1_024) });

/** Who a customer is: answers user and password with a token that the gateway checks. */
export const auth: ShopService<AuthConfiguration> = {
  name: 'auth',
  schema: AuthConfiguration,
  async addRoutes(http, { config, clock, authKeyFile, authUsersFile }) {
    const key = await SigningKey.open(required('SHOP_AUTH_KEY_FILE', authKeyFile));
    const users = UserFile.open(required('SHOP_AUTH_USERS_FILE', authUsersFile), http.log);
    const limit = new LoginLimit(
      () => config.current.logins,
      () => clock.now(),
    );

    http.get('/.well-known/jwks.json', async (_request, reply) => {
      await reply.header('cache-control', `public, max-age=${KEY_MAX_AGE_S}`).send(key.publicKeys);
    });

    http.post('/api/auth/login', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const { user, password } = parseRequest(LoginRequest, request.body);
      const hash = users.current().get(user) ?? NOBODYS_HASH;
      if (!(await limit.attempt(user, () => matchesPassword(password, hash)))) {
        throw new WrongCredentialsError();
      }
      const ttlMs = config.current.tokenTtl;
      reply.header('cache-control', 'no-store');
      return { token: await key.sign(user, { now: clock.now(), ttlMs }), expiresIn: Math.floor(ttlMs / 1_000) };
    });
  },
};

/** Read again for each login, which costs a thousand times as much, so that a user who was added or taken out is known at once. */
class UserFile {
  readonly #path: string;
  readonly #log: FastifyInstance['log'];
  #users: Users;

  private constructor(path: string, users: Users, log: FastifyInstance['log']) {
    this.#path = path;
    this.#users = users;
    this.#log = log;
  }

  static open(path: string, log: FastifyInstance['log']): UserFile {
    return new UserFile(path, readUsers(path), log);
  }

  /** The last users that could be read. */
  current(): Users {
    try {
      this.#users = readUsers(this.#path);
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'the users are those of before'); // readUsers throws errors
    }
    return this.#users;
  }
}
