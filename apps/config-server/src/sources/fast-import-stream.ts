interface ImportedCommit {
  readonly ref: string;
  /** None for the first commit of a repository. */
  readonly base?: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  readonly atMs: number;
  readonly files: ReadonlyMap<string, Buffer | string>;
}

/** A commit just made, and the blob of each file that it wrote. */
export interface Written {
  readonly commit: string;
  readonly blobs: ReadonlyMap<string, string>;
}

const COMMITTER = 'Signalbox <signalbox@localhost>';

/**
 * What `git fast-import` reads to make one commit and print its id, then a line with the blob of each file (git-fast-import, section
 * "Input format"). A stream that is cut short makes no commit: it announces that it ends with `done`.
 * Paths are taken as they are: fast-import itself would accept `..` and `.git` in them.
 */
export function fastImportStream({ ref, base, author, message, atMs, files }: ImportedCommit): Buffer {
  const date = `${Math.floor(atMs / 1_000)} +0000`;
  return Buffer.concat([
    Buffer.from(`feature done\ncommit ${ref}\nmark :1\n`),
    Buffer.from(
      `author ${identity(author.name)} <${identity(author.email)}> ${date}\ncommitter ${COMMITTER} ${date}\n`,
    ),
    block(message),
    Buffer.from(base === undefined ? '' : `from ${base}\n`),
    ...[...files].flatMap(([path, content]) => [Buffer.from(`M 100644 inline ${quoted(path)}\n`), block(content)]),
    Buffer.from('get-mark :1\n'),
    ...[...files.keys()].map((path) => Buffer.from(`ls :1 ${quoted(path)}\n`)),
    Buffer.from('done\n'),
  ]);
}

/** What fast-import prints for it. */
export function toWritten(printed: string, paths: Iterable<string>): Written {
  const [commit = '', ...listed] = printed.split('\n');
  return { commit, blobs: new Map([...paths].map((path, index) => [path, blobIn(listed[index])])) };
}

function blobIn(line = ''): string {
  const blob = /^100644 blob ([0-9a-f]+)\t/.exec(line)?.[1];
  if (blob === undefined) {
    throw new Error(`fast-import listed no blob: "${line}"`);
  }
  return blob;
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
