import { OpenFeature } from '@openfeature/server-sdk';
import { equal } from 'node:assert/strict';

import { type FlagSet, flagSetSchema, SignalboxProvider } from '@signalbox/openfeature-provider';

const flags: FlagSet = flagSetSchema.parse({
  flags: { gift: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } },
});
const config = {
  current: { flags },
  version: 'c0ffee',
  freshness: 'current' as const,
  onChange,
  onFreshness: onChange,
};
await OpenFeature.setProviderAndWait(new SignalboxProvider(config, (current) => current.flags));
equal(await OpenFeature.getClient().getBooleanValue('gift', false), true);

function onChange(): () => void {
  return () => undefined;
}
