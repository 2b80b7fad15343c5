import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
 * A mounted volume may belong to another user, hence safe.directory; an acknowledged write must survive a power cut, hence fsync.
 */
const CONFIGURATION = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsync = all
[init]
	defaultBranch = main
[user]
	name = Signalbox
	email = signalbox@localhost
`;

export const OWN_VARIABLES = [
  'GIT_DIR',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_OPTIONAL_LOCKS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_LITERAL_PATHSPECS',
];

/** The whole environment of every Git process, and the configuration file it names, written into `dataDir`. */
export async function prepareGitEnvironment(
  dataDir: string,
  inherited: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const configurationFile = join(dataDir, 'gitconfig');
  await writeFile(configurationFile, CONFIGURATION);
  return {
    ...Object.fromEntries(INHERITED.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]]))),
    GIT_CONFIG_GLOBAL: configurationFile,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
}
