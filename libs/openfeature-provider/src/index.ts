export type { FlagSet } from './flag-set.ts';
export { flagSetSchema } from './flag-set-schema.ts';
export { SignalboxProvider } from './signalbox-provider.ts';
