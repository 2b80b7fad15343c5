import type { ServiceName } from '@signalbox/schemas';

/** Throws a RangeError with the option, the servers' own rule for such a name, and the value. */
export function requireName(option: string, name: string, rule: typeof ServiceName): void {
  const [issue] = rule.safeParse(name).error?.issues ?? [];
  if (issue !== undefined) {
    throw new RangeError(`${option} ${issue.message}`);
  }
}
