import type { StreamedRequest } from '@signalbox/testkit';

/** GETs that any instance of the echo service answers at once. */
export const ECHO_GETS: readonly StreamedRequest[] = [{ method: 'GET', path: '/echo' }];

/** A quarter GET, half POST, a quarter PUT; large and small bodies; the slowest takes so many milliseconds. */
export function echoesOfEveryMethod(slowestMs: number): readonly StreamedRequest[] {
  return [
    { method: 'GET', path: '/echo' },
    { method: 'POST', path: '/echo', body: 'x'.repeat(10_000) },
    { method: 'PUT', path: '/echo?delayMs=20', body: 'small' },
    { method: 'POST', path: `/echo?delayMs=${slowestMs}`, body: 'small' },
  ];
}
