import { requireType } from '../validation.ts';

export interface TargetUrlRules {
  /** Names the probe in the error. */
  readonly probe: string;
  /** What the URL may begin with, without the colon. */
  readonly schemes: readonly string[];
}

/** Throws a TypeError that quotes no more of the URL than its scheme: the rest may hold credentials, as would the error of `new URL`. */
export function parseTargetUrl(text: string, { probe, schemes }: TargetUrlRules): URL {
  requireType(`${probe} url`, text, 'string');
  const url = URL.parse(text);
  if (url === null || !schemes.includes(url.protocol.slice(0, -1))) {
    throw new TypeError(
      `${probe} url: must be ${schemes.join(' or ')}, not ${url ? `"${url.protocol}"` : 'malformed'}`,
    );
  }
  return url;
}

/** The passwords in a URL, encoded and plain: some servers repeat what they were sent in their errors. */
export function passwordsIn(url: URL): readonly string[] {
  const inQuery = url.searchParams.get('password') ?? '';
  return [url.password, decoded(url.password), inQuery].filter((password) => password !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign: drivers take it as it stands
  }
}
