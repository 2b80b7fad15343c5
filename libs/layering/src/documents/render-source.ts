import { isMap, isScalar, isSeq, type Document as YamlSource } from 'yaml';

import { keyText } from './yaml-node-reader.ts';

const DEFAULT_INDENT = '  ';

/** @param style text whose indentation is followed */
export function renderYamlSource(source: YamlSource, style: string): string {
  return source.toString({
    lineWidth: 0,
    indent: /^( +)[^\s#-]/m.exec(style)?.[1]?.length ?? DEFAULT_INDENT.length,
    indentSeq: !/^( *)[^\s#-][^\n]*:[^\S\n]*\n\1- /m.test(style),
    flowCollectionPadding: !/[[{][^\s[\]{}]/.test(style),
  });
}

/** @param style text whose indentation is followed: none for what stands in one line */
export function renderJsonSource(source: YamlSource, style: string): string {
  const isOneLine = style.trim() !== '' && !style.trim().includes('\n');
  const indent = isOneLine ? '' : (/^([ \t]+)"/m.exec(style)?.[1] ?? DEFAULT_INDENT);
  const text = renderNode(source.contents, { indent, margin: isOneLine ? '' : '\n' });
  return style === '' || style.endsWith('\n') ? `${text}\n` : text;
}

interface Layout {
  readonly indent: string;
  /** What begins a line at this depth. */
  readonly margin: string;
}

function renderNode(node: unknown, layout: Layout): string {
  if (isMap(node)) {
    const separator = layout.margin === '' ? ':' : ': ';
    const inner = deeper(layout);
    const entries = node.items.map(({ key, value }) => {
      const name = JSON.stringify(isScalar(key) ? keyText(key.value) : undefined);
      return `${name}${separator}${renderNode(value, inner)}`;
    });
    return enclose('{}', entries, layout);
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => renderNode(item, deeper(layout)));
    return enclose('[]', items, layout);
  }
  return isScalar(node) ? renderScalar(node.value, node.source) : 'null';
}

/** A number that was not edited stays as it was written: 1.0, 1e3. */
function renderScalar(value: unknown, source: string | undefined): string {
  const isAsWritten = typeof value === 'number' && source !== undefined && Number(source) === value;
  return isAsWritten ? source : JSON.stringify(value);
}

function enclose(brackets: '{}' | '[]', parts: readonly string[], layout: Layout): string {
  const [open = '', close = ''] = brackets;
  if (parts.length === 0) {
    return brackets;
  }
  const { margin } = deeper(layout);
  return `${open}${margin}${parts.join(`,${margin}`)}${layout.margin}${close}`;
}

function deeper({ indent, margin }: Layout): Layout {
  return { indent, margin: margin === '' ? '' : `${margin}${indent}` };
}
