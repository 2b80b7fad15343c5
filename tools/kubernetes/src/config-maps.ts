import { createHash } from 'node:crypto';

import type { Manifest } from './manifest.ts';

/** How many characters of the digest a name ends with. */
const HASH_LENGTH = 10;
/** No vowels and nothing that looks alike, as `kubectl` and kustomize write digests: names have no words in them. */
const ENCODED: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };
/** Where a manifest names a ConfigMap: `envFrom`, `valueFrom` and volumes. */
const REFERENCES = new Set(['configMapRef', 'configMapKeyRef', 'configMap']);

/** The content of generated ConfigMaps, by the name that manifests refer to. */
export type ConfigMaps = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * ConfigMaps with a digest of their content at the end of their name, so that pods are replaced when the content changes,
 * and manifests that refer to them by that name.
 */
export function withConfigMaps(manifests: readonly Manifest[], configMaps: ConfigMaps): Manifest[] {
  const names = new Map([...configMaps].map(([name, data]) => [name, `${name}-${contentHash(data)}`]));
  const generated = [...configMaps].map(([name, data]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: names.get(name) ?? name },
    data,
  }));
  for (const manifest of manifests) {
    rename(manifest, names);
  }
  return [...generated, ...manifests];
}

/** kustomize looks for the name where there is none, so that it is always empty here. */
function contentHash(data: Readonly<Record<string, string>>): string {
  const sorted = Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const encoded = goJson({ data: sorted, kind: 'ConfigMap', name: '' });
  const digest = createHash('sha256').update(encoded).digest('hex').slice(0, HASH_LENGTH);
  return digest.replace(/[013ae]/g, (digit) => ENCODED[digit] ?? digit);
}

/** JSON as Go writes it, which escapes what HTML would read: the digest is over these bytes. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function rename(value: unknown, names: ReadonlyMap<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const members: [string, unknown][] = Object.entries(value);
  for (const [key, member] of members) {
    if (REFERENCES.has(key) && typeof member === 'object' && member !== null && 'name' in member) {
      member.name = names.get(String(member.name)) ?? member.name;
    } else {
      rename(member, names);
    }
  }
}
