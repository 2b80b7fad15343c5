interface ImportedCommit {
  readonly ref: string;
  /** None for the first commit of a repository. */
  readonly base?: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  readonly atMs: number;
  readonly files: ReadonlyMap<string, Buffer | string>;
}

const COMMITTER = 'Signalbox <signalbox@localhost>';

/**
 * What `git fast-import --done` reads to make one commit and print its id (git-fast-import, section "Input format").
 * Paths are taken as they are: fast-import itself would accept `..` and `.git` in them.
 */
export function fastImportStream({ ref, base, author, message, atMs, files }: ImportedCommit): Buffer {
  const date = `${Math.floor(atMs / 1_000)} +0000`;
  return Buffer.concat([
    Buffer.from(`commit ${ref}\nmark :1\n`),
    Buffer.from(
      `author ${identity(author.name)} <${identity(author.email)}> ${date}\ncommitter ${COMMITTER} ${date}\n`,
    ),
    block(message),
    Buffer.from(base === undefined ? '' : `from ${base}\n`),
    ...[...files].flatMap(([path, content]) => [Buffer.from(`M 100644 inline ${quoted(path)}\n`), block(content)]),
    Buffer.from('get-mark :1\ndone\n'),
  ]);
}

function block(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

/** An identity ends at the first of these characters, and the rest would be read as commands. */
function identity(text: string): string {
  return text.replaceAll(/[<>\p{Cc}]/gu, '').trim();
}

function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
