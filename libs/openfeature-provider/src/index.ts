export { FlagSet, flagSetSchema } from './flag-set.ts';
export { SignalboxProvider } from './signalbox-provider.ts';
