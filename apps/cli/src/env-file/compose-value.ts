/** What needs no quotes anywhere. */
const PLAIN = /^[\w./:@%+,=-]*$/;
/** What both would take for the end of a line, for a variable, or for no text at all. */
const UNWRITABLE = /[\r\0]|\$\{/;
/**
 * What the two undo differently inside single quotes: docker-compose 1.29 (python-dotenv) takes two backslashes for one, Compose v2
 * (compose-go/dotenv) does not; and before a quote a backslash is an escape to both.
 */
const AMBIGUOUS_IN_QUOTES = /\\[\\']|\\$/;
/** Nothing that either strips, takes for a comment or a quote, or expands. */
const PLAIN_WITH_SPACES = /^[^\s\p{C}'"`#$](?:[^\p{C}$]*[^\s\p{C}$])?$/u;
const COMMENT = /\s#/;

/**
 * The value as it is to stand behind `NAME=` in an env file that docker-compose 1.29 and Compose v2 read alike. Undefined when there is no
 * such text: `${` is expanded by the one even in quotes, a carriage return is a line feed to it, and backslashes are undone differently.
 */
export function composeValue(value: string): string | undefined {
  if (PLAIN.test(value)) {
    return value;
  }
  if (UNWRITABLE.test(value) || !value.isWellFormed()) {
    return undefined;
  }
  if (!AMBIGUOUS_IN_QUOTES.test(value)) {
    return `'${value.replaceAll("'", String.raw`\'`)}'`;
  }
  return PLAIN_WITH_SPACES.test(value) && !COMMENT.test(value) ? value : undefined;
}
