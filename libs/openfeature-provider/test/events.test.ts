import { OpenFeature, ProviderStatus } from '@openfeature/server-sdk';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { type FlagSet, SignalboxProvider } from '../src/index.ts';
import { connectedFlags, type Current, TOGGLE, withFlags } from './connected-flags.ts';
import { FakeConfiguration } from './fake-configuration.ts';

const SWITCHED_ON = { ...TOGGLE, defaultVariant: 'on' };

describe('a change of configuration', () => {
  it('is told with the flags that changed', async () => {
    await using flags = await connectedFlags({ a: TOGGLE, b: TOGGLE, c: TOGGLE });

    flags.config.change(withFlags({ a: SWITCHED_ON, b: TOGGLE, d: TOGGLE }));

    expect(flags.events).toEqual(['PROVIDER_CONFIGURATION_CHANGED a c d']);
    expect(flags.client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('that changes no flag is not told', async () => {
    await using flags = await connectedFlags({ a: TOGGLE });

    flags.config.change(withFlags({ a: TOGGLE }));

    expect(flags.events).toEqual([]);
  });

  it('without flags is an error, and the last ones stay until there are others', async () => {
    await using flags = await connectedFlags({ a: SWITCHED_ON });

    flags.config.change({} as Current); // what a program in JavaScript can do

    expect(flags.events).toEqual(['PROVIDER_ERROR']);
    expect(flags.client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await flags.client.getBooleanValue('a', false)).toBe(true);

    flags.config.change(withFlags({ a: TOGGLE }));

    expect(flags.events).toEqual(['PROVIDER_ERROR', 'PROVIDER_CONFIGURATION_CHANGED a', 'PROVIDER_READY']);
    expect(flags.client.providerStatus).toBe(ProviderStatus.READY);
  });
});

describe('the status', () => {
  it('is stale while the configuration is, and evaluation goes on', async () => {
    await using flags = await connectedFlags({ a: SWITCHED_ON });

    flags.config.turn('stale');

    expect(flags.client.providerStatus).toBe(ProviderStatus.STALE);
    expect(await flags.client.getBooleanDetails('a', false)).toMatchObject({ value: true, variant: 'on' });

    flags.config.turn('current');

    expect(flags.events).toEqual(['PROVIDER_STALE', 'PROVIDER_READY']);
    expect(flags.client.providerStatus).toBe(ProviderStatus.READY);
  });

  it('is stale after a start with a configuration that is', async () => {
    await using flags = await connectedFlags({ a: TOGGLE }, 'stale');

    await setImmediate();

    expect(flags.client.providerStatus).toBe(ProviderStatus.STALE);
  });

  it('stays an error while there are no flags, whether or not the configuration is stale', async () => {
    await using flags = await connectedFlags({ a: TOGGLE });
    flags.config.change({} as Current); // what a program in JavaScript can do

    flags.config.turn('stale');
    flags.config.turn('current');

    expect(flags.client.providerStatus).toBe(ProviderStatus.ERROR);
  });
});

describe('a provider', () => {
  it('is not made where no flags are found', () => {
    const config = new FakeConfiguration({ greeting: 'hello' });

    expect(() => new SignalboxProvider(config, ({ greeting }) => greeting as unknown as FlagSet)).toThrow(TypeError); // what a program in JavaScript can do
  });

  it.each<[unknown, unknown, string]>([
    ['http://127.0.0.1:8888', () => undefined, 'config: must be a ConfigClient, not of type string'],
    [{ current: {} }, () => undefined, 'config: must be a ConfigClient, not of type object'],
    [new FakeConfiguration({}), 'features', 'flagsOf: must be of type function, not of type string'],
  ])('is not made with another argument than it takes: %#', (config, flagsOf, message) => {
    const make = () => new SignalboxProvider(config as FakeConfiguration<unknown>, flagsOf as () => FlagSet); // as above

    expect(make).toThrow(new TypeError(message));
  });

  it('that is replaced listens to nothing, and listens once when it is set again', async () => {
    await using flags = await connectedFlags({ a: TOGGLE });
    await using other = await connectedFlags({});
    expect(flags.config.listeners).toBe(2);

    await OpenFeature.setProviderAndWait(flags.domain, other.provider);
    expect(flags.config.listeners).toBe(0);
    flags.config.change(withFlags({ a: SWITCHED_ON }));
    await OpenFeature.setProviderAndWait(flags.domain, flags.provider);

    expect(flags.config.listeners).toBe(2);
    expect(await flags.client.getBooleanValue('a', false)).toBe(true);
  });

  it('is an error where the flags are gone when it is set', async () => {
    const config = new FakeConfiguration(withFlags({ a: TOGGLE }));
    const provider = new SignalboxProvider(config, ({ flags }) => flags);
    config.change({} as Current); // what a program in JavaScript can do

    await expect(OpenFeature.setProviderAndWait('gone', provider)).rejects.toThrow(TypeError);

    expect(OpenFeature.getClient('gone').providerStatus).toBe(ProviderStatus.ERROR);
  });
});
