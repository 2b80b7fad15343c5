import type { ServiceName } from '@signalbox/schemas';

import { requireType } from './option-checks.ts';

/** Throws a RangeError with the option, the servers' own rule for such a name, and the value; a TypeError for what is no text. */
export function requireName(option: string, name: string, rule: typeof ServiceName): void {
  requireType(option, name, 'string');
  const [issue] = rule.safeParse(name).error?.issues ?? [];
  if (issue !== undefined) {
    throw new RangeError(`${option} ${issue.message}`);
  }
}
