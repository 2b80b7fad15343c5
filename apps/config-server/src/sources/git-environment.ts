import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { UnavailableError } from '@signalbox/service-runtime';

import { GitCommands } from './git-commands.ts';

/** What a Git process may inherit: how to find programs, keys, proxies and certificates, and nothing else. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
  'ALL_PROXY',
];

/**
 * Stands in for the global configuration of whoever runs the server, so that no alias, hook, signing or rewrite of theirs reaches us.
 * A mounted volume may belong to another user, hence safe.directory; an acknowledged write must survive a power cut, hence fsync;
 * whoever pushes holds the lock of the branch while the disk syncs, hence its timeout.
 */
const CONFIGURATION = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsync = all
	filesRefLockTimeout = 1000
[init]
	defaultBranch = main
[user]
	name = Signalbox
	email = signalbox@localhost
`;

/** The first to know GIT_CONFIG_GLOBAL, without which the configuration of whoever runs the server would count. */
const OLDEST_GIT = [2, 32] as const;

/**
 * The environment of every Git process; the configuration file that it names is written into `dataDir`.
 * Throws GitNotFoundError, or an UnavailableError for a Git that is too old.
 */
export async function prepareGit(
  dataDir: string,
  inherited: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const environment = await writeEnvironment(dataDir, inherited);
  const printed = await new GitCommands({ directory: dataDir, environment, silenceTimeoutMs: 10_000 }).run(['version']);
  const [major = 0, minor = 0] = /\d+\.\d+/.exec(printed)?.[0].split('.').map(Number) ?? [];
  if (major < OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor < OLDEST_GIT[1])) {
    throw new UnavailableError(`git ${OLDEST_GIT.join('.')} or later is needed, this is "${printed.trim()}"`);
  }
  return environment;
}

async function writeEnvironment(
  dataDir: string,
  inherited: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const configurationFile = join(dataDir, 'gitconfig');
  await writeFile(configurationFile, CONFIGURATION);
  return {
    ...Object.fromEntries(
      INHERITED.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]])),
    ),
    GIT_CONFIG_GLOBAL: configurationFile,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
}
