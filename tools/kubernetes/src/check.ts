import type { Overlay } from './overlays.ts';
import type { Problem } from './problem.ts';

import { toCluster } from './cluster.ts';
import { nameOf } from './manifest.ts';
import { checkSchemas } from './published-schemas.ts';
import { checkReferences } from './references.ts';
import { newSecrets } from './secrets.ts';

/** All that is wrong with what an overlay applies, with the Secrets that are made beside it. */
export async function checkOverlay(overlay: Overlay): Promise<Problem[]> {
  const { namespace, manifests } = overlay;
  const all = [...manifests, ...newSecrets(overlay)];
  const problems = await checkSchemas(all);
  const elsewhere = all
    .filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== namespace)
    .map((manifest) => ({ manifest: nameOf(manifest), path: 'metadata/namespace', reason: `is not ${namespace}` }));
  // What the schemas refuse has no form that could be looked into.
  return problems.length > 0 ? problems : [...elsewhere, ...checkReferences(toCluster(all))];
}
