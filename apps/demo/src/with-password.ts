/** A URL that stands in a configuration, with the password that doesn't. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) {
    return url;
  }
  const complete = new URL(url);
  complete.password = encodeURIComponent(password);
  return complete.href;
}
