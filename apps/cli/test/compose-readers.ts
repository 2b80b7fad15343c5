type Variables = ReadonlyMap<string, string>;

/** `${NAME}` and `${NAME:-fallback}`, which python-dotenv expands in quotes of any kind. */
const POSIX_VARIABLE = /\$\{([^}:]*)(?::-([^}]*))?\}/g;
const STATEMENT =
  /\s*(?:export[^\S\r\n]+)?([^=#\s]+)[^\S\r\n]*=[^\S\r\n]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|(?!['"])[^\r\n]*)(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|$)/y;
const COMMENT_LINE = /\s*#[^\r\n]*(?:\r\n|\n|\r|$)/y;

/**
 * Reads an env file as docker-compose 1.29 does, by python-dotenv 0.21 (`parser.py`, `variables.py`) with interpolation, in a process without
 * variables. What it would only warn of is an error here.
 */
export function readAsPythonDotenv(file: string): Variables {
  const text = file.replace(/\r\n?/g, '\n'); // it opens files with universal newlines
  const variables = new Map<string, string>();
  for (let at = 0; text.slice(at).trim() !== '';) {
    COMMENT_LINE.lastIndex = at;
    if (COMMENT_LINE.test(text)) {
      at = COMMENT_LINE.lastIndex;
      continue;
    }
    STATEMENT.lastIndex = at;
    const [, name = '', written = ''] = STATEMENT.exec(text) ?? refuse(`python-dotenv: ${text.slice(at)}`);
    at = STATEMENT.lastIndex;
    const value = pythonValue(written);
    variables.set(
      name,
      value.replace(POSIX_VARIABLE, (_, key: string, fallback = '') => variables.get(key) ?? String(fallback)),
    );
  }
  return variables;
}

function pythonValue(written: string): string {
  if (written.startsWith("'")) {
    return written.slice(1, -1).replace(/\\([\\'])/g, '$1');
  }
  return written.startsWith('"') ? refuse('double quotes are not written') : written.replace(/\s+#.*/, '').trimEnd();
}

/**
 * Reads an env file as Compose v2 does, by compose-go's `dotenv/parser.go`. What would be expanded is an error here: nothing that we write
 * may be.
 */
export function readAsComposeGo(text: string): Variables {
  const variables = new Map<string, string>();
  let rest = text;
  for (;;) {
    rest = rest.replace(/^(?:\s|#[^\n]*(?:\n|$))+/, '');
    if (rest === '') {
      return variables;
    }
    const [head, name = ''] =
      /^([\w.[\]-]+)[\t\v\f\r \u0085\u00a0]*[=:][\t\v\f\r \u0085\u00a0]*/.exec(rest) ?? refuse(`compose-go: ${rest}`);
    const { value, left } = goValue(rest.slice(head.length));
    variables.set(name, value);
    rest = left;
  }
}

function goValue(text: string): { value: string; left: string } {
  if (text.startsWith("'")) {
    return singleQuoted(text);
  }
  const [line = ''] = text.split('\n', 1);
  const value = (line.split(' #', 1)[0] ?? '').trimEnd();
  return value.startsWith('"') || value.includes('$')
    ? refuse(`compose-go expands ${value}`)
    : { value, left: text.slice(line.length + 1) };
}

/** A backslash is taken away before a quote alone; before anything else, and before another backslash, it stays. */
function singleQuoted(text: string): { value: string; left: string } {
  let value = '';
  let isEscape = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'" && !isEscape) {
      return { value, left: text.slice(at + 1) };
    }
    if (character === '\\' && !isEscape) {
      isEscape = true;
      continue;
    }
    value += isEscape && character !== "'" ? `\\${character}` : character;
    isEscape = false;
  }
  return refuse(`compose-go: unterminated ${text}`);
}

function refuse(reason: string): never {
  throw new Error(reason);
}
