/** What a caller may do. */
export type Permission = 'read' | 'write' | 'register' | 'administer';

export const ROLES = ['reader', 'writer', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  reader: new Set(['read']),
  writer: new Set(['read', 'write']),
  service: new Set(['read', 'register']),
  admin: new Set(['read', 'write', 'register', 'administer']),
};

/** What a permission is asked for; a member that is absent is not narrowed down to: only an unscoped caller has it. */
export interface Scope {
  readonly service?: string;
  readonly environment?: string;
}

/** Who calls, and within which services and environments its role holds. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** Globs in which `*` stands for any run of characters. */
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

/** Whom a control API without auth takes a caller for. */
export const ANYONE: Identity = { name: 'anyone', role: 'admin', services: ['*'], environments: ['*'] };

/** Whether the caller's role has the permission and its globs cover the scope. */
export function isAllowed(identity: Identity, permission: Permission, scope: Scope = {}): boolean {
  return (
    PERMISSIONS[identity.role].has(permission) &&
    covers(identity.services, scope.service) &&
    covers(identity.environments, scope.environment)
  );
}

function covers(globs: readonly string[], name: string | undefined): boolean {
  return name === undefined ? globs.includes('*') : globs.some((glob) => matches(glob, name));
}

/** Greedy glob match without a regular expression, so that no glob can be made slow. */
function matches(glob: string, name: string): boolean {
  if (glob === '*') {
    return true;
  }
  const [head = '', ...rest] = glob.split('*');
  if (rest.length === 0) {
    return glob === name;
  }
  const tail = rest.pop() ?? '';
  if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail)) {
    return false;
  }
  let at = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - tail.length) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}
