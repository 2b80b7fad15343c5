import * as z from 'zod';

const pointer = z.string().regex(/^(\/[^/]+)+$/, 'must be a JSON pointer to a member');

/** Operations of RFC 6902 that the overlays use; `add` and `replace` have a value. */
export const JsonPatch = z
  .array(
    z.discriminatedUnion('op', [
      z.strictObject({ op: z.enum(['add', 'replace']), path: pointer, value: z.json() }),
      z.strictObject({ op: z.literal('remove'), path: pointer }),
    ]),
  )
  .min(1);
export type JsonPatch = z.infer<typeof JsonPatch>;
type Operation = JsonPatch[number];

/** Applies the operations to the target itself. Throws a RangeError that names the path which is not there, as RFC 6902 asks. */
export function applyJsonPatch(target: object, patch: JsonPatch): void {
  for (const operation of patch) {
    applyOperation(target, operation);
  }
}

function applyOperation(target: object, operation: Operation): void {
  const tokens = operation.path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.at(-1) ?? '';
  const parent = tokens.slice(0, -1).reduce<unknown>(memberOf, target);
  if (typeof parent !== 'object' || parent === null) {
    throw new RangeError(`nothing is at ${operation.path}`);
  }
  if (operation.op !== 'add' && memberOf(parent, last) === undefined) {
    throw new RangeError(`nothing is at ${operation.path}`);
  }
  if (Array.isArray(parent)) {
    changeElement(parent, last, operation);
  } else if (operation.op === 'remove') {
    Reflect.deleteProperty(parent, last);
  } else {
    Reflect.set(parent, last, operation.value);
  }
}

function changeElement(array: unknown[], token: string, operation: Operation): void {
  const index = token === '-' ? array.length : Number(token);
  if (!Number.isInteger(index) || index < 0 || index > array.length) {
    throw new RangeError(`no element of ${array.length} is at ${operation.path}`);
  }
  switch (operation.op) {
    case 'add':
      array.splice(index, 0, operation.value);
      return;
    case 'replace':
      array[index] = operation.value;
      return;
    case 'remove':
      array.splice(index, 1);
      return;
  }
}

function memberOf(value: unknown, token: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, token)
    ? Reflect.get(value, token)
    : undefined;
}
