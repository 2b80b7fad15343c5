/** Longest document that is parsed: parsing this much YAML takes most of a second. */
export const MAX_DOCUMENT_CHARACTERS = 1_048_576;
/** Deepest nesting of maps and lists, aliases followed: what walks a configuration recurses. */
export const MAX_DEPTH = 64;
/** Most values in one document, aliases followed: a few lines of aliases can stand for billions. */
export const MAX_VALUES = 100_000;
