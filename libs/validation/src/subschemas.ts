/** How a keyword of JSON Schema 2020-12 holds subschemas, and whether they are about a value inside the value. */
export interface Applicator {
  readonly holds: 'one' | 'list' | 'map';
  readonly isAboutInner: boolean;
}

const INNER_ONE: Applicator = { holds: 'one', isAboutInner: true };
const INNER_MAP: Applicator = { holds: 'map', isAboutInner: true };
const SAME_ONE: Applicator = { holds: 'one', isAboutInner: false };
const SAME_LIST: Applicator = { holds: 'list', isAboutInner: false };
const SAME_MAP: Applicator = { holds: 'map', isAboutInner: false };

export const APPLICATORS: ReadonlyMap<string, Applicator> = new Map([
  ['properties', INNER_MAP],
  ['patternProperties', INNER_MAP],
  ['additionalProperties', INNER_ONE],
  ['unevaluatedProperties', INNER_ONE],
  ['prefixItems', { holds: 'list', isAboutInner: true }],
  ['items', INNER_ONE],
  ['contains', INNER_ONE],
  ['unevaluatedItems', INNER_ONE],
  ['allOf', SAME_LIST],
  ['anyOf', SAME_LIST],
  ['oneOf', SAME_LIST],
  ['not', SAME_ONE],
  ['if', SAME_ONE],
  ['then', SAME_ONE],
  ['else', SAME_ONE],
  ['dependentSchemas', SAME_MAP],
  ['$defs', SAME_MAP],
  ['definitions', SAME_MAP],
]);
