export { type Clock, systemClock } from './clock.ts';
export { DURATION, parseDuration } from './duration.ts';
