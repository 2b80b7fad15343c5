import { isMap, isScalar, parseDocument as parseSource, type YAMLError, type Document as YamlSource } from 'yaml';

import { DocumentSyntaxError } from '../errors.ts';
import { type ConfigMap, emptyMap } from './config-value.ts';
import { type Document, lineAt, lineFinder } from './document.ts';
import { MAX_DEPTH } from './limits.ts';
import { NodeReader } from './yaml-node-reader.ts';

/** YAML 1.2, core schema. */
export function parseYaml(path: string, text: string): Document {
  return toDocument(path, text, openYaml(path, text));
}

/** @throws DocumentSyntaxError */
export function openYaml(path: string, text: string): YamlSource {
  const source = parseSource(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // Its check takes quadratic time; NodeReader has its own.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [flaw] = [...source.errors, ...source.warnings];
  if (flaw !== undefined) {
    throw new DocumentSyntaxError({ path, line: lineAt(text, flaw.pos[0]) }, reasonOf(flaw));
  }
  if (source.directives.yaml.version !== '1.2') {
    throw new DocumentSyntaxError({ path, line: 1 }, 'declares a YAML version other than 1.2');
  }
  return source;
}

export function toDocument(path: string, text: string, source: YamlSource): Document {
  const reader = new NodeReader(path, text);
  return { path, typed: true, root: rootOf(path, source, reader), lineOf: lineFinder(reader.lines) };
}

function rootOf(path: string, source: YamlSource, reader: NodeReader): ConfigMap {
  const { contents } = source;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return emptyMap();
  }
  if (!isMap(contents)) {
    throw new DocumentSyntaxError({ path }, 'is not a map of keys and values');
  }
  return reader.root(contents);
}

/** The parser's messages may quote what they stumbled over, which may be a secret. */
function reasonOf({ code, message }: YAMLError): string {
  if (code === 'RESOURCE_EXHAUSTION') {
    return `is nested deeper than ${MAX_DEPTH} levels`;
  }
  const text = message.replace(/: .*$|(?<=escape sequence|directive) .*$/s, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
