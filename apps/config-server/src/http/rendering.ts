import { renderConfiguration, type RenderFormat } from '@signalbox/layering';

import type { Served } from '../refresh/pair-state.ts';

export interface Rendered {
  readonly body: string;
  readonly contentType: string;
  /** With its quotes: a strong validator of this very body (RFC 9110 section 8.8.3). */
  readonly entityTag: string;
}

const CONTENT_TYPES = {
  json: 'application/json; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
  properties: 'text/x-java-properties; charset=utf-8',
  dotenv: 'text/plain; charset=utf-8',
} satisfies Record<RenderFormat, string>;

/** Bodies live as long as what they render. */
const rendered = new WeakMap<Served, Map<RenderFormat, Rendered>>();

/** Rendered once per version and format. Throws UnrenderableError. */
export function render(served: Served, format: RenderFormat): Rendered {
  const formats = rendered.get(served) ?? new Map<RenderFormat, Rendered>();
  const known = formats.get(format);
  if (known !== undefined) {
    return known;
  }
  const fresh = {
    body: renderConfiguration(served.configuration.values, format),
    contentType: CONTENT_TYPES[format],
    entityTag: entityTagOf(served.etag, format),
  };
  rendered.set(served, formats.set(format, fresh));
  return fresh;
}

function entityTagOf(etag: string, format: RenderFormat): string {
  return format === 'json' ? `"${etag}"` : `"${etag}-${format}"`;
}
