/** One kind of request, the same for every proxy. */
export interface Workload {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Asked for in turn instead of the one path. */
  readonly paths?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Status of the answer; any other answer fails the run. @default 200 */
  readonly status?: number;
  /** Bytes of the answer's body; any other answer fails the run. */
  readonly answerBytes: number;
}

const KIB = 1_024;

/** What the backend answers, by path. */
export const ANSWERS = {
  '/api/products/1001': jsonOf(KIB),
  '/api/products/export': jsonOf(64 * KIB),
  '/api/orders': jsonOf(KIB),
} as const;

/** What a browser behind a login sends with a call to an API. */
const BROWSER_FIELDS = {
  Accept: 'application/json, text/plain, */*',
  'Accept-Encoding': 'gzip, deflate, br',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.7',
  Authorization: `Bearer ${'eyJhbGciOiJSUzI1NiJ9'.repeat(12)}`,
  Cookie: 'session=5f0c8f6a2e9b4d41; theme=dark; consent=1',
  Referer: 'https://shop.example/products',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Site': 'same-origin',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
} as const;

const GET = { method: 'GET', headers: BROWSER_FIELDS, body: '' } as const;

/** The figure that the ratios are made of. */
export const SMALL_GET: Workload = {
  name: 'GET 1 KiB',
  path: '/api/products/1001?fields=all',
  ...GET,
  answerBytes: KIB,
};

export const LARGE_GET: Workload = { name: 'GET 64 KiB', path: '/api/products/export', ...GET, answerBytes: 64 * KIB };

export const SMALL_POST: Workload = {
  name: 'POST 1 KiB',
  method: 'POST',
  path: '/api/orders',
  headers: { ...BROWSER_FIELDS, 'Content-Type': 'application/json' },
  body: jsonOf(KIB),
  answerBytes: KIB,
};

/** A document of exactly so many bytes: a list of products, filled up in its last field. */
function jsonOf(bytes: number): string {
  const product = {
    id: 1001,
    name: 'Railway lantern',
    price: { amount: 4990, currency: 'EUR' },
    tags: ['lamp', 'brass'],
  };
  const room = bytes - JSON.stringify({ products: [], note: '' }).length;
  const products = Array.from({ length: Math.floor(room / (JSON.stringify(product).length + 1)) }, () => product);
  const missing = bytes - JSON.stringify({ products, note: '' }).length;
  return JSON.stringify({ products, note: '.'.repeat(missing) });
}
