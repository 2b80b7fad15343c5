import { requireType } from '../validation.ts';

const MAX_PORT = 65_535;

/** Throws a TypeError for what is no number, and a RangeError for what is no TCP port that can be connected to. */
export function requirePort(probe: string, port: number): void {
  requireType(`${probe} port`, port, 'number');
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) {
    throw new RangeError(`${probe} port: must be an integer from 1 to ${MAX_PORT}, not ${port}`);
  }
}
