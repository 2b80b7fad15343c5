/** What is shorter is a word, and no secret: those of docker/bootstrap.mjs have 43 characters. */
const SECRET_LENGTH = 24;

/** A text in which stands nothing that is long and stands in one of these files. */
export function withoutSecrets(text: string, files: readonly string[]): string {
  const secrets = files.flatMap((file) => file.match(new RegExp(`[\\w+/=$-]{${SECRET_LENGTH},}`, 'g')) ?? []);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}
