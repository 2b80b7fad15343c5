import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';

import { withConfigMaps } from './config-maps.ts';
import { RenderError } from './errors.ts';
import { applyJsonPatch, JsonPatch } from './json-patch.ts';
import { Manifest } from './manifest.ts';

const FILE = 'kustomization.yaml';

const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().min(1).optional(),
  resources: z.array(z.string().min(1)).min(1),
  images: z.array(z.strictObject({ name: z.string().min(1), newTag: z.string().min(1) })).default([]),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        behavior: z.enum(['create', 'merge']).default('create'),
        files: z.array(z.string().regex(/^[^=]+=[^=]+$/, 'must be KEY=FILE')).default([]),
        literals: z.array(z.string().regex(/^[^=]+=/, 'must be KEY=VALUE')).default([]),
      }),
    )
    .default([]),
  patches: z
    .array(
      z.strictObject({
        target: z.strictObject({ kind: z.string().min(1), name: z.string().min(1).optional() }),
        patch: z.string().min(1),
      }),
    )
    .default([]),
});
type Kustomization = z.infer<typeof Kustomization>;

interface Accumulated {
  readonly manifests: Manifest[];
  readonly configMaps: Map<string, Record<string, string>>;
}

/**
 * The manifests of a directory with a `kustomization.yaml`, as `kustomize build` makes them, of what is used here: resources,
 * namespace, tags of images, ConfigMaps of files and literals, JSON patches by kind and name. Any other field is refused,
 * and so is a patch that finds nothing. Throws a RenderError that names the file.
 */
export async function renderKustomization(directory: string): Promise<Manifest[]> {
  const { manifests, configMaps } = await accumulate(directory);
  const { namespace } = await readKustomization(directory);
  return withConfigMaps(manifests, configMaps).map((manifest) => inNamespace(manifest, namespace));
}

async function accumulate(directory: string): Promise<Accumulated> {
  const kustomization = await readKustomization(directory);
  const accumulated: Accumulated = { manifests: [], configMaps: new Map() };
  for (const resource of kustomization.resources) {
    const path = join(directory, resource);
    const { manifests, configMaps } = (await isDirectory(path)) ? await accumulate(path) : await readResource(path);
    accumulated.manifests.push(...manifests);
    configMaps.forEach((content, name) => accumulated.configMaps.set(name, content));
  }
  await generateConfigMaps(directory, kustomization, accumulated.configMaps);
  applyPatches(directory, kustomization, accumulated.manifests);
  tagImages(accumulated.manifests, kustomization.images);
  return accumulated;
}

async function readKustomization(directory: string): Promise<Kustomization> {
  const file = join(directory, FILE);
  const parsed = Kustomization.safeParse(parse(await read(file)));
  if (!parsed.success) {
    throw new RenderError(file, z.prettifyError(parsed.error));
  }
  return parsed.data;
}

async function readResource(file: string): Promise<Accumulated> {
  const manifests = parseAllDocuments(await read(file)).map((document) => {
    if (document.errors[0] !== undefined) {
      throw new RenderError(file, document.errors[0].message);
    }
    const parsed = Manifest.safeParse(document.toJS());
    if (!parsed.success) {
      throw new RenderError(file, z.prettifyError(parsed.error));
    }
    return parsed.data;
  });
  return { manifests, configMaps: new Map() };
}

async function generateConfigMaps(
  directory: string,
  { configMapGenerator }: Kustomization,
  configMaps: Accumulated['configMaps'],
): Promise<void> {
  for (const { name, behavior, files, literals } of configMapGenerator) {
    const known = configMaps.get(name);
    if ((known === undefined) !== (behavior === 'create')) {
      throw new RenderError(join(directory, FILE), `can't ${behavior} the ConfigMap ${name}: see what it is based on`);
    }
    const content = { ...known };
    for (const [key, file] of files.map(keyAndValue)) {
      content[key] = await read(within(directory, file));
    }
    configMaps.set(name, { ...content, ...Object.fromEntries(literals.map(keyAndValue)) });
  }
}

/** What is generated from files may only be of the directory, or kustomize refuses it. */
function within(directory: string, file: string): string {
  const path = join(directory, file);
  if (relative(directory, path).split(sep)[0] === '..') {
    throw new RenderError(join(directory, FILE), `${file} is outside of the directory`);
  }
  return path;
}

function keyAndValue(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function applyPatches(directory: string, { patches }: Kustomization, manifests: readonly Manifest[]): void {
  const file = join(directory, FILE);
  for (const { target, patch } of patches) {
    const operations = JsonPatch.safeParse(parse(patch));
    if (!operations.success) {
      throw new RenderError(file, `patch of ${target.kind}: ${z.prettifyError(operations.error)}`);
    }
    const found = manifests.filter(
      ({ kind, metadata }) => kind === target.kind && (target.name === undefined || metadata.name === target.name),
    );
    if (found.length === 0) {
      throw new RenderError(file, `no ${target.kind} ${target.name ?? ''} is there to patch`);
    }
    for (const manifest of found) {
      try {
        applyJsonPatch(manifest, operations.data);
      } catch (error) {
        throw new RenderError(file, `patch of ${target.kind}/${manifest.metadata.name} fails`, { cause: error });
      }
    }
  }
}

/** Tags every image that is named so, wherever a manifest has one. */
function tagImages(value: unknown, images: Kustomization['images']): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const members: [string, unknown][] = Object.entries(value);
  for (const [key, member] of members) {
    const image = key === 'image' ? images.find(({ name }) => name === member) : undefined;
    if (image === undefined) {
      tagImages(member, images);
    } else {
      Reflect.set(value, key, `${image.name}:${image.newTag}`);
    }
  }
}

function inNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  const isClusterWide = manifest.kind === 'Namespace';
  return namespace === undefined || isClusterWide
    ? manifest
    : { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RenderError(file, 'can not be read', { cause: error });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new RenderError(path, 'can not be read', { cause: error });
  }
}
