import { composeValue } from './compose-value.ts';

export interface EnvFile {
  readonly text: string;
  /** How many variables it sets. */
  readonly variables: number;
}

export interface EnvFileOptions {
  /** First line, after `# `. */
  readonly title: string;
  /** Where the service finds its secrets, a file each. */
  readonly secretsDirectory: string;
}

/** A variable that an env file can't hold, and why. */
export interface Refusal {
  readonly name: string;
  readonly reason: string;
}

/** The name of a secret and of its file, as Compose has them. */
const SECRET_FILE = /^\$\{secret:file\/([A-Za-z0-9][\w.-]*)\}$/;
const SECRET = '${secret:';
const NO_COMMON_TEXT = 'has a value that docker-compose 1.29 and Compose v2 do not read alike';

/**
 * An env file for Compose, names in order. It holds no secret: `${secret:file/NAME}` becomes a variable with `_FILE` behind its name, which
 * says where the secret is mounted.
 *
 * @returns refusals, where there is any, instead of a file that would lack something
 */
export function toEnvFile(
  variables: ReadonlyMap<string, string>,
  { title, secretsDirectory }: EnvFileOptions,
): EnvFile | readonly Refusal[] {
  const lines = [...variables]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => toLine({ name, value }, { variables, secretsDirectory }));
  const refusals = lines.filter((line) => typeof line !== 'string');
  const written = lines.filter((line) => typeof line === 'string');
  return refusals.length > 0
    ? refusals
    : { text: [`# ${title}`, ...written, ''].join('\n'), variables: variables.size };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

interface Context {
  readonly variables: ReadonlyMap<string, string>;
  readonly secretsDirectory: string;
}

function toLine({ name, value }: Variable, { variables, secretsDirectory }: Context): string | Refusal {
  if (!value.includes(SECRET)) {
    const text = composeValue(value);
    return text === undefined ? { name, reason: NO_COMMON_TEXT } : `${name}=${text}`;
  }
  const secret = SECRET_FILE.exec(value)?.[1];
  if (secret === undefined) {
    return { name, reason: 'refers to a secret in another way than ${secret:file/NAME}' };
  }
  const fileName = `${name}_FILE`;
  if (variables.has(fileName)) {
    return { name, reason: `is a secret, which ${fileName} would name the file of, but that is a variable already` };
  }
  const path = composeValue(`${secretsDirectory}/${secret}`);
  return path === undefined
    ? { name, reason: 'is a secret in a directory whose name docker-compose 1.29 and Compose v2 do not read alike' }
    : `${fileName}=${path}`;
}
