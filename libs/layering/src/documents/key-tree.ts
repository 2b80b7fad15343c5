import type { Statement } from './statement.ts';

import { DocumentSyntaxError } from '../errors.ts';
import { type ConfigMap, type ConfigValue, emptyMap } from './config-value.ts';
import { formatKeyPath, type KeyPath, type Step } from './key-path.ts';
import { MAX_DEPTH } from './limits.ts';

interface TextNode {
  readonly kind: 'text';
  readonly line: number;
  readonly value: string;
}

interface Branch<Kind extends 'map' | 'list'> {
  readonly kind: Kind;
  readonly line: number;
  readonly children: Map<Step, Node>;
}

type MapNode = Branch<'map'>;
type ListNode = Branch<'list'>;
type Node = TextNode | MapNode | ListNode;

/** Maps and lists put together from the flat keys of a document that knows only text. */
export class KeyTree {
  /** 1-based line of each key outside of lists, by formatted key path. */
  readonly lines = new Map<string, number>();
  readonly #path: string;
  readonly #root: MapNode = { kind: 'map', line: 1, children: new Map() };

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws DocumentSyntaxError */
  add(statement: Statement): void {
    const { steps, line, key } = statement;
    if (steps.length > MAX_DEPTH) {
      this.#refuse(line, `is nested deeper than ${MAX_DEPTH} levels`);
    }
    let node: Node = this.#root;
    for (const [depth, step] of steps.entries()) {
      node = this.#child(node, { step, next: steps[depth + 1], statement });
    }
    if (node.line !== line) {
      this.#refuse(line, `has the key "${key}" twice, first in line ${node.line}`);
    }
    this.#recordLines(steps, line);
  }

  /** @throws DocumentSyntaxError */
  toMap(): ConfigMap {
    return this.#mapOf(this.#root);
  }

  #child(parent: Node, at: { step: Step; next: Step | undefined; statement: Statement }): Node {
    const { step, next, statement } = at;
    const kind = typeof step === 'number' ? 'list' : 'map';
    if (parent.kind !== kind) {
      return this.#refuse(
        statement.line,
        `has the key "${statement.key}", but what it stands in is a ${parent.kind} in line ${parent.line}`,
      );
    }
    const known = parent.children.get(step);
    const wanted = newNode(next, statement);
    if (known === undefined) {
      parent.children.set(step, wanted);
      return wanted;
    }
    if (known.kind !== 'text' && wanted.kind === 'text') {
      return this.#refuse(
        statement.line,
        `has the key "${statement.key}", which is a ${known.kind} in line ${known.line}`,
      );
    }
    return known;
  }

  #recordLines(steps: readonly Step[], line: number): void {
    const firstIndex = steps.findIndex((step) => typeof step === 'number');
    const keyPath: KeyPath = steps.slice(0, firstIndex === -1 ? steps.length : firstIndex).map(String);
    for (let length = keyPath.length; length > 0; length--) {
      const key = formatKeyPath(keyPath.slice(0, length));
      this.lines.set(key, this.lines.get(key) ?? line);
    }
  }

  #mapOf(node: MapNode): ConfigMap {
    const values = emptyMap();
    for (const [key, child] of node.children) {
      values[key] = this.#valueOf(child);
    }
    return values;
  }

  #valueOf(node: Node): ConfigValue {
    switch (node.kind) {
      case 'text':
        return node.value;
      case 'map':
        return this.#mapOf(node);
      case 'list':
        return this.#listOf(node);
    }
  }

  #listOf(node: ListNode): readonly ConfigValue[] {
    return Array.from({ length: node.children.size }, (_, index) => {
      const child = node.children.get(index);
      return child === undefined
        ? this.#refuse(node.line, `has a list without its element [${index}]`)
        : this.#valueOf(child);
    });
  }

  #refuse(line: number, reason: string): never {
    throw new DocumentSyntaxError({ path: this.#path, line }, reason);
  }
}

function newNode(next: Step | undefined, { line, value }: Statement): Node {
  if (next === undefined) {
    return { kind: 'text', line, value };
  }
  return { kind: typeof next === 'number' ? 'list' : 'map', line, children: new Map() };
}
