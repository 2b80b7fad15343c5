/** As much of a message as an operator reads. */
const MAX_OUTPUT_CHARACTERS = 1_000;

/** Everything from // to the last @ before a space: a URL's user and password, and rather too much than too little of a malformed one. */
const URL_CREDENTIALS = /\/\/\S*@/g;

/** Text for an answer that needs no credentials: without those of URLs in it, without the secrets that are known, and bounded. */
export function toOutput(text: string, secrets: readonly string[] = []): string {
  const bounded = text.slice(0, 2 * MAX_OUTPUT_CHARACTERS).replace(URL_CREDENTIALS, '//');
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), bounded).slice(0, MAX_OUTPUT_CHARACTERS);
}
