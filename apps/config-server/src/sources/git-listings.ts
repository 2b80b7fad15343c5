import type { GoodVersion, Origin } from '../refresh/source.ts';

const REGULAR_FILE = /^100\d{3} blob ([0-9a-f]+)$/;

/** `git ls-tree -r -z`: path to blob id of regular files. Symbolic links and submodules lead elsewhere and are left out. */
export function toFiles(listing: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const line of listing.split('\0')) {
    const tab = line.indexOf('\t');
    const blob = REGULAR_FILE.exec(line.slice(0, tab))?.[1];
    if (blob !== undefined) {
      files.set(line.slice(tab + 1), blob);
    }
  }
  return files;
}

export const LABEL_FORMAT = '--format=%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)';

/** `git for-each-ref` with LABEL_FORMAT: short name to commit. Of a branch and a tag with one name the branch counts. */
export function toLabels(listing: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const line of listing.split('\n')) {
    const [ref = '', ...objects] = line.split(' ');
    const commit = objects[objects.indexOf('commit') + 1];
    if (objects.includes('commit') && commit !== undefined) {
      const name = ref.replace(/^refs\/(heads|tags)\//, '');
      labels.set(name, ref.startsWith('refs/heads/') ? commit : (labels.get(name) ?? commit));
    }
  }
  return labels;
}

export const REFERENCE_FORMAT = '--format=%(refname) %(objectname)';

/** `git for-each-ref` with REFERENCE_FORMAT: full name to object. */
export function toReferences(listing: string): ReadonlyMap<string, string> {
  const lines = listing.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

export const SIZE_FORMAT = '--batch-check=%(objecttype) %(objectname) %(objectsize)';

/** `git cat-file` with SIZE_FORMAT: of the first that is larger and no blob, kind, id and size. */
export function firstLarger(listing: string, maxBytes: number): string | undefined {
  return listing.split('\n').find((line) => {
    const [kind, , bytes] = line.split(' ');
    return kind !== 'blob' && Number(bytes) > maxBytes;
  });
}

const GOOD = 'refs/signalbox/good/';

/** No part of a reference may end in `.lock` (git-check-ref-format), a name may; and no name ends in an underscore. */
export function toGoodRef({ service, environment }: Omit<GoodVersion, 'commit'>): string {
  return GOOD + [service, environment].map((name) => name.replace(/\.lock$/, '.lock_')).join('/');
}

export const GOOD_FORMAT = '--format=%(refname) %(objectname)';

/** `git for-each-ref` with GOOD_FORMAT. */
export function toGoodVersions(listing: string): readonly GoodVersion[] {
  return listing.split('\n').flatMap((line) => {
    const [ref = '', commit] = line.split(' ');
    const [service, environment] = ref
      .slice(GOOD.length)
      .split('/')
      .map((name) => name.replace(/\.lock_$/, '.lock'));
    return service === undefined || environment === undefined || commit === undefined
      ? []
      : [{ service, environment, commit }];
  });
}

export const ORIGIN_FORMAT = '--format=%H%x00%an <%ae>%x00%aI';

/** `git log -1` with ORIGIN_FORMAT. */
export function toOrigin(line: string): Origin | undefined {
  const [commit, author, date] = line.trim().split('\0');
  return commit === undefined || author === undefined || date === undefined ? undefined : { commit, author, date };
}
