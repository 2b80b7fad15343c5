import { type Client, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';

import type { ConfigFreshness } from '@signalbox/client';

import { type FlagSet, flagSetSchema, SignalboxProvider } from '../src/index.ts';
import { FakeConfiguration } from './fake-configuration.ts';

export interface Current {
  readonly flags: FlagSet;
}

export const TOGGLE = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

export function withFlags(flags: Record<string, unknown>): Current {
  return { flags: flagSetSchema.parse({ flags }) };
}

/** What the SDK told of the provider, in order: the event's name, the keys that changed. */
function recordEvents(client: Client): string[] {
  const events: string[] = [];
  for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error] as const) {
    client.addHandler(event, () => {
      events.push(event);
    });
  }
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    events.push([ProviderEvents.ConfigurationChanged, ...(details?.flagsChanged ?? [])].join(' '));
  });
  return events;
}

let domains = 0;

/** A client of the SDK whose flags come from a configuration that the test changes; `events` begins empty. */
export async function connectedFlags(flags: Record<string, unknown>, freshness: ConfigFreshness = 'current') {
  const config = new FakeConfiguration(withFlags(flags), freshness);
  const provider = new SignalboxProvider(config, (current) => current.flags);
  domains += 1;
  const domain = `test-${domains}`;
  await OpenFeature.setProviderAndWait(domain, provider);
  const client = OpenFeature.getClient(domain);
  const events = recordEvents(client);
  events.length = 0;
  return { config, provider, client, events, domain, [Symbol.asyncDispose]: () => provider.onClose() };
}
