import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Manifest } from './manifest.ts';

import { renderKustomization } from './kustomization.ts';

const OVERLAYS = join(import.meta.dirname, '..', '..', '..', 'docker', 'kubernetes', 'overlays');

/** An environment, and what is applied for it. */
export interface Overlay {
  readonly name: string;
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
}

export async function overlayNames(): Promise<string[]> {
  return (await readdir(OVERLAYS)).toSorted();
}

/** Throws a RangeError where there is no such overlay, and a RenderError where it can't be rendered. */
export async function renderOverlay(name: string): Promise<Overlay> {
  const names = await overlayNames();
  if (!names.includes(name)) {
    throw new RangeError(`no overlay "${name}"; there are ${names.join(', ')}`);
  }
  const manifests = await renderKustomization(join(OVERLAYS, name));
  const namespace = manifests.find(({ kind }) => kind === 'Namespace')?.metadata.name;
  if (namespace === undefined) {
    throw new RangeError(`the overlay ${name} has no Namespace`);
  }
  return { name, namespace, manifests };
}
