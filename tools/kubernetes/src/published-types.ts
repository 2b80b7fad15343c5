import { join } from 'node:path';
import ts from 'typescript';

import type { Problem } from './problem.ts';

import { type Manifest, nameOf } from './manifest.ts';

/** A file that is nowhere, beside this one: what it imports is looked up from here. */
const FILE = join(import.meta.dirname, 'manifests.generated.ts');

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2024.d.ts'],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/**
 * Members that the published types don't have, as the API server would drop them, with those that are missing or of another type.
 * The JSON schemas allow any member beside those that they name; an object literal in TypeScript does not.
 */
export function checkFields(manifests: readonly Manifest[], moduleOf: (manifest: Manifest) => string): Problem[] {
  const source = manifests.map((manifest, index) => declarationOf(manifest, moduleOf(manifest), index)).join('\n');
  const file = ts.createSourceFile(FILE, source, ts.ScriptTarget.ES2024, true);
  const program = ts.createProgram([FILE], OPTIONS, hostWith(file));
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const { manifest, path } = placeOf(file, diagnostic.start ?? 0);
    const found = manifests[manifest];
    return {
      manifest: found === undefined ? 'all' : nameOf(found),
      path,
      reason: ts.flattenDiagnosticMessageText(diagnostic.messageText, '; '),
    };
  });
}

function declarationOf(manifest: Manifest, module: string, index: number): string {
  const type = `I${manifest.kind}`;
  return `export const manifest${index}: import('${module}').${type} = ${JSON.stringify(manifest)};`;
}

function hostWith(file: ts.SourceFile): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  return {
    ...host,
    getSourceFile: (name, ...rest) => (name === FILE ? file : host.getSourceFile(name, ...rest)),
    fileExists: (name) => name === FILE || host.fileExists(name),
  };
}

/** Which manifest stands there, and the members on the way to the place. */
function placeOf(file: ts.SourceFile, position: number): { manifest: number; path: string } {
  const path: string[] = [];
  let node = innermost(file, position);
  while (!ts.isSourceFile(node)) {
    const { parent } = node;
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name)) {
      path.unshift(node.name.text);
    } else if (ts.isArrayLiteralExpression(parent)) {
      path.unshift(String(parent.elements.findIndex((element) => element === node)));
    } else if (ts.isVariableStatement(node)) {
      return { manifest: file.statements.indexOf(node), path: path.join('/') };
    }
    node = parent;
  }
  return { manifest: -1, path: '' };
}

function innermost(node: ts.Node, position: number): ts.Node {
  const child = ts.forEachChild(node, (each) =>
    each.getStart() <= position && position < each.getEnd() ? each : undefined,
  );
  return child === undefined ? node : innermost(child, position);
}
