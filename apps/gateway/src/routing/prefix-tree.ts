const SLASH = 47;

/** A radix tree of path prefixes. A prefix holds for a path that equals it or goes on with a slash after it. */
export class PrefixTree<V> {
  readonly #root = new PrefixNode<V>('', 0);

  /** The value kept for a prefix, made on first use. The prefix has no trailing slash: the root's is empty. */
  getOrInsert(prefix: string, create: () => V): V {
    const node = this.#root.insert(prefix);
    node.value ??= create();
    return node.value;
  }

  /** To be called once, after the last insertion: lets a search go from a prefix to the next shorter one. */
  link(): this {
    this.#root.link(undefined);
    return this;
  }

  /** The longest prefix that holds for the path; `shorter` goes on from it. */
  longest(path: string): PrefixNode<V> | undefined {
    let deepest: PrefixNode<V> | undefined;
    let node: PrefixNode<V> | undefined = this.#root;
    while (node !== undefined) {
      deepest = node.holdsFor(path) ? node : deepest;
      node = node.childOf(path);
    }
    return deepest;
  }
}

/** A node reached by the characters of its prefix; only those with a value stand for a prefix of a route. */
export class PrefixNode<V> {
  value: V | undefined;
  readonly #children = new Map<number, PrefixNode<V>>();
  readonly #prefix: string;
  /** What this node adds to its parent's prefix, and where that begins. */
  #own: string;
  #start: number;
  #shorter: PrefixNode<V> | undefined;

  constructor(prefix: string, start: number) {
    this.#prefix = prefix;
    this.#start = start;
    this.#own = prefix.slice(start);
  }

  /** The next shorter prefix that holds for the path. */
  shorter(path: string): PrefixNode<V> | undefined {
    let node = this.#shorter;
    while (node !== undefined && !node.holdsFor(path)) {
      node = node.#shorter;
    }
    return node;
  }

  holdsFor(path: string): boolean {
    const end = this.#prefix.length;
    return this.value !== undefined && (path.length === end || path.charCodeAt(end) === SLASH);
  }

  childOf(path: string): PrefixNode<V> | undefined {
    const child = this.#children.get(path.charCodeAt(this.#prefix.length));
    return child !== undefined && path.startsWith(child.#own, child.#start) ? child : undefined;
  }

  insert(prefix: string): PrefixNode<V> {
    if (prefix.length === this.#prefix.length) {
      return this;
    }
    const first = prefix.charCodeAt(this.#prefix.length);
    const child = this.#children.get(first);
    if (child === undefined) {
      const leaf = new PrefixNode<V>(prefix, this.#prefix.length);
      this.#children.set(first, leaf);
      return leaf;
    }
    const shared = sharedLength(child.#prefix, prefix);
    return shared === child.#prefix.length ? child.insert(prefix) : this.#split(child, shared).insert(prefix);
  }

  link(shorter: PrefixNode<V> | undefined): void {
    this.#shorter = shorter;
    for (const child of this.#children.values()) {
      child.link(this.value === undefined ? shorter : this);
    }
  }

  #split(child: PrefixNode<V>, at: number): PrefixNode<V> {
    const between = new PrefixNode<V>(child.#prefix.slice(0, at), this.#prefix.length);
    this.#children.set(child.#prefix.charCodeAt(this.#prefix.length), between);
    between.#children.set(child.#prefix.charCodeAt(at), child);
    child.#start = at;
    child.#own = child.#prefix.slice(at);
    return between;
  }
}

function sharedLength(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let length = 0;
  while (length < end && a.charCodeAt(length) === b.charCodeAt(length)) {
    length += 1;
  }
  return length;
}
