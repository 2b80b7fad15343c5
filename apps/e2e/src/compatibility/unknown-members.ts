/**
 * Members that are not the contract's to add to: configuration and meta are the user's own; a check that asks for more
 * than a registry knows is refused, because it would vouch for less.
 */
const OF_OTHERS = new Set(['configuration', 'meta', 'checks']);

const UNKNOWN = { laterMember: { of: ['a', { later: 'release' }], nothing: null } };

/** The message as a later release may send it: every map of the contract's own has a member more. */
export function withUnknownMembers(message: unknown): unknown {
  if (Array.isArray(message)) {
    return message.map(withUnknownMembers);
  }
  if (typeof message !== 'object' || message === null) {
    return message;
  }
  const members = Object.entries(message).map(([key, value]: [string, unknown]) => {
    return [key, OF_OTHERS.has(key) ? value : withUnknownMembers(value)];
  });
  return { ...(Object.fromEntries(members) as object), ...UNKNOWN };
}
