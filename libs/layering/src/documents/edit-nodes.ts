import type { Document as YamlSource } from 'yaml';

import type { DocumentEdits } from './document-edits.ts';
import type { Document } from './document.ts';

import { UnsupportedEditError } from '../errors.ts';
import { editValues } from './edit-values.ts';
import { openJson, parseJson } from './json-document.ts';
import { parseKeyPath } from './key-path.ts';
import { setNode, unsetNode } from './node-edits.ts';
import { renderJsonSource, renderYamlSource } from './render-source.ts';
import { canonicalJson } from './sorted.ts';
import { openYaml, parseYaml } from './yaml-document.ts';

interface NodeFormat {
  readonly open: (path: string, text: string) => YamlSource;
  readonly parse: (path: string, text: string) => Document;
  /** @param style text whose indentation is followed */
  readonly render: (source: YamlSource, style: string) => string;
}

const YAML: NodeFormat = { open: openYaml, parse: parseYaml, render: renderYamlSource };
const JSON_FORMAT: NodeFormat = { open: openJson, parse: parseJson, render: renderJsonSource };

interface Text {
  readonly path: string;
  readonly text: string;
}

export function editYaml(path: string, text: string, edits: DocumentEdits): string {
  return editNodes(YAML, { path, text }, edits);
}

export function editJson(path: string, text: string, edits: DocumentEdits): string {
  return editNodes(JSON_FORMAT, { path, text }, edits);
}

function editNodes(format: NodeFormat, { path, text }: Text, edits: DocumentEdits): string {
  const expected = editValues(format.parse(path, text).root, edits);
  const source = format.open(path, text);
  for (const key of edits.unset) {
    unsetNode(source, parseKeyPath(key));
  }
  for (const [key, value] of edits.set) {
    setNode(source, parseKeyPath(key), value);
  }
  const edited = render(() => format.render(source, text), path, edits);
  if (canonicalJson(format.parse(path, edited).root) !== canonicalJson(expected)) {
    throw tiedByAlias(path, edits);
  }
  return edited;
}

/** What throws here is an alias without its anchor. */
function render(text: () => string, path: string, edits: DocumentEdits): string {
  try {
    return text();
  } catch (error) {
    throw tiedByAlias(path, edits, error);
  }
}

/** An anchor carries a change to wherever an alias stands for it, or leaves the alias with nothing to stand for. */
function tiedByAlias(path: string, edits: DocumentEdits, cause?: unknown): UnsupportedEditError {
  const key = [...edits.unset, ...edits.set.keys()].join(', ');
  return new UnsupportedEditError({ path, key }, 'cannot be edited alone: an alias ties it to other keys', cause);
}
