import { requireType } from '../validation.ts';

/** Throws a TypeError where a driver that was passed in lacks the class; its default import may have it, or the other way round. */
export function requireDriverClass(probe: string, driver: object, name: string): void {
  requireType(`${probe} driver`, driver, 'object');
  const found: unknown = Reflect.get(driver, name);
  if (typeof found !== 'function') {
    throw new TypeError(`${probe} driver: must have a class ${name}, not ${typeof found}`);
  }
}
