import type { LayerValue } from '@signalbox/layering';

import type { Served } from './pair-state.ts';
import type { Origin, Source } from './source.ts';

import { Recent } from './recent.ts';

export interface ExplainedValue extends LayerValue, Origin {}

export interface ExplainedKey extends ExplainedValue {
  /** What the value won over, highest precedence first. */
  readonly overrides: readonly ExplainedValue[];
}

/** Origins kept; a file of a commit has one that never changes. */
const MAX_ORIGINS = 10_000;

/** Says of every key where its value was written, by whom, and what it won over. */
export class Explainer {
  readonly #source: Pick<Source, 'origin'>;
  readonly #origins = new Recent<Origin>(MAX_ORIGINS);

  constructor(source: Pick<Source, 'origin'>) {
    this.#source = source;
  }

  async explain({ configuration, readAt }: Served): Promise<ReadonlyMap<string, ExplainedKey>> {
    const explanations = configuration.explain();
    const origins = new Map(
      await Promise.all(configuration.files.map(async (path) => [path, await this.#origin(readAt, path)] as const)),
    );
    const withOrigin = (layer: LayerValue): ExplainedValue => ({ ...layer, ...originOf(origins, layer.path) });
    return new Map(
      [...explanations].map(([key, explanation]) => [
        key,
        { ...withOrigin(explanation), overrides: explanation.overrides.map(withOrigin) },
      ]),
    );
  }

  async #origin(commit: string, path: string): Promise<Origin | undefined> {
    const key = `${commit}:${path}`;
    const origin = this.#origins.get(key) ?? (await this.#source.origin(commit, path));
    if (origin !== undefined) {
      this.#origins.set(key, origin);
    }
    return origin;
  }
}

function originOf(origins: ReadonlyMap<string, Origin | undefined>, path: string): Origin {
  const origin = origins.get(path);
  if (origin === undefined) {
    throw new Error(`no commit wrote ${path}`);
  }
  return origin;
}
