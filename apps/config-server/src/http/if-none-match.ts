/** Whether an If-None-Match header names the entity tag, by weak comparison as RFC 9110 section 13.1.2 demands. */
export function isNamedBy(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) {
    return false;
  }
  if (header === entityTag) {
    return true;
  }
  return header.split(',').some((candidate) => {
    const tag = candidate.trim();
    return tag === '*' || tag.replace(/^W\//, '') === entityTag;
  });
}

/** The first tag that the header names, without its quotes. */
export function firstOf(header: string | undefined): string | undefined {
  return /^\s*(?:W\/)?"([^"]+)"/.exec(header ?? '')?.[1];
}
