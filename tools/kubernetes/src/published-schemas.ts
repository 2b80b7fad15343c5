import * as z from 'zod';

import type { Problem } from './problem.ts';

import { type Manifest, nameOf } from './manifest.ts';
import { checkFields } from './published-types.ts';

/** Groups that are no part of Kubernetes itself, and the package that has their schemas. */
const PACKAGES: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const ValidationErrors = z.object({
  errors: z.array(z.object({ instancePath: z.string(), message: z.string().default('does not fit') })).min(1),
});

/** What a module of the packages exports: a class for each kind, that judges an object by the published schema. */
type Model = new (manifest: object) => { validate(): void };

/** The module with the published schema of the kind of a manifest. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  return `${PACKAGES[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
}

/** Everything in which the manifests differ from the published schemas: members that are unknown, missing, or of another form. */
export async function checkSchemas(manifests: readonly Manifest[]): Promise<Problem[]> {
  const looked = await Promise.all(manifests.map(async (manifest) => ({ manifest, model: await modelOf(manifest) })));
  const known = looked.flatMap(({ manifest, model }) =>
    typeof model === 'string' ? [unpublished(manifest, model)] : checkValues(manifest, model),
  );
  const published = looked.filter(({ model }) => typeof model !== 'string').map(({ manifest }) => manifest);
  const places = new Set(known.map(placeOf));
  return [...known, ...checkFields(published, moduleOf).filter((problem) => !places.has(placeOf(problem)))];
}

function placeOf({ manifest, path }: Problem): string {
  return `${manifest} ${path}`;
}

function unpublished(manifest: Manifest, reason: string): Problem {
  const { apiVersion, kind } = manifest;
  return { manifest: nameOf(manifest), path: 'kind', reason: `${apiVersion} has no published ${kind}: ${reason}` };
}

/** The class of the manifest's kind, or the reason why there is none. */
async function modelOf(manifest: Manifest): Promise<Model | string> {
  try {
    const exported = (await import(moduleOf(manifest))) as Record<string, Model>; // each module of the packages has one class
    return exported[manifest.kind] ?? 'its module is without a class';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Problems by the published JSON schema, which the class carries. */
function checkValues(manifest: Manifest, model: Model): Problem[] {
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    const { errors } = ValidationErrors.parse(error);
    return errors.map(({ instancePath, message }) => ({
      manifest: nameOf(manifest),
      path: instancePath.slice(1),
      reason: message,
    }));
  }
}
