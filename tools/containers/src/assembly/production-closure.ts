/** What is read of a `package-lock.json`, lockfileVersion 3: a package by the path that it is installed at. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  /** A workspace project stands here: `resolved` is its path. */
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * The paths of all that a project needs when it runs, its own and those of links first met on the way included, sorted. npm itself
 * counts what a linked project needs for its tests as well. An optional dependency is part of it where the lock has one.
 *
 * Throws an Error that names what the lock lacks.
 */
export function productionClosure(lock: Lock, project: string): string[] {
  const closure = new Set<string>();
  const pending = [project];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (!closure.has(path)) {
      closure.add(path);
      pending.push(...needsOf(lock, path));
    }
  }
  return [...closure].sort();
}

function needsOf(lock: Lock, path: string): string[] {
  const locked = lock.packages[path];
  if (locked === undefined) {
    throw new Error(`the lock file has no "${path}"`);
  }
  if (locked.link === true && locked.resolved !== undefined) {
    return [locked.resolved];
  }
  const required = requiredBy(locked).map((name) => {
    const installed = installedPath(lock, path, name);
    if (installed === undefined) {
      throw new Error(`the lock file has no "${name}", which "${path}" needs`);
    }
    return installed;
  });
  const optional = Object.keys(locked.optionalDependencies ?? {}).map((name) => installedPath(lock, path, name));
  return [...required, ...optional.filter((installed) => installed !== undefined)];
}

function requiredBy({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: LockedPackage): string[] {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...peers];
}

/** Where Node finds a package that is imported from a path: in the nearest `node_modules` on the way up. */
function installedPath({ packages }: Lock, from: string, name: string): string | undefined {
  for (let directory = from; ; directory = parentOf(directory)) {
    const candidate = `${directory === '' ? '' : `${directory}/`}node_modules/${name}`;
    if (packages[candidate] !== undefined) {
      return candidate;
    }
    if (directory === '') {
      return undefined;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
