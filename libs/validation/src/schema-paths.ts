import { COMMON, pathsAt, SCHEMA, type Tree } from '@signalbox/layering';

/** Paths of the schemas that a service is held against. */
export function schemaPathsOf(tree: Tree, service: string): readonly string[] {
  return [COMMON, service]
    .flatMap((folder) => pathsAt({ folder, stem: SCHEMA }))
    .filter((path) => path.endsWith('.json') && tree.paths.has(path));
}
