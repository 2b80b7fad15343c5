import { AuthServer } from './auth-server.ts';
import { Backend } from './backend.ts';
import { type Harness, type HarnessOptions, startHarness } from './harness.ts';
import { AUDIENCE, ISSUER, keySetText, signingKey, signToken } from './tokens.ts';

/** What the issuer signs with. */
export const key = await signingKey('ES256', 'one');
/** What the issuer signs with later. */
export const next = await signingKey('EdDSA', 'two');

export const SHOP = {
  issuer: ISSUER,
  audiences: [AUDIENCE],
  remoteJWKS: { backendRef: { name: 'auth' }, path: '/keys' },
  claimToHeaders: [{ claim: 'sub', header: 'X-User' }],
};
/** One that asks for a token, and one that does not, to the same service. */
export const ROUTES = {
  orders: { backendRefs: [{ name: 'orders' }], jwt: { provider: 'shop' } },
  open: { matches: [{ path: { value: '/open' } }], backendRefs: [{ name: 'orders' }] },
};

/** What is logged once there are keys: on a busy machine routes come into force before. */
export const KEYS = 'keys to check tokens with';

/** Tells the fields that it got, names and values in turn. */
export const echo = () => Backend.start(({ rawHeaders }, response) => response.end(JSON.stringify(rawHeaders)));

export interface Stage extends AsyncDisposable {
  readonly gateway: Harness;
  readonly orders: Backend;
  readonly auth: AuthServer;
}

/** A gateway before a service that echoes, and an auth server with the keys that a test gives it. */
export async function stageWith(
  keys: { text: string } = { text: keySetText(key) },
  options: Pick<HarnessOptions, 'destinationRules' | 'settings'> = {},
): Promise<Stage> {
  const opened = new AsyncDisposableStack();
  const orders = opened.use(await echo());
  const auth = opened.use(await AuthServer.start(() => keys.text));
  const gateway = opened.use(
    await startHarness({
      routes: ROUTES,
      jwtProviders: { shop: SHOP },
      services: { orders: [orders.port], auth: [auth.port] },
      ...options,
    }),
  );
  await gateway.logged(KEYS);
  return { gateway, orders, auth, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Of the user ann, valid for a minute. */
export const tokenFor = (claims: object = {}, signer = key) =>
  signToken(signer, { nowMs: Date.now(), claims: { ...claims } });

export async function ask(url: string, headers: [string, string][] | Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  const body = (await response.json()) as Record<string, unknown>; // the test asserts what it is
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Values of fields of this name in any spelling, among what the backend got. */
export function valuesOf(name: RegExp, fields: unknown): unknown[] {
  const parts = fields as string[]; // what the echo answers
  return parts.filter((_, i) => i % 2 === 1 && name.test(parts[i - 1] ?? ''));
}
