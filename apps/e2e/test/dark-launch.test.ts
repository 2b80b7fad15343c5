import { ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ConfigInstancesResponse } from '@signalbox/schemas';

import { Platform } from '../src/platform.ts';
import { ServiceFlags } from '../src/releases/service-flags.ts';
import { askForWrapping, SHOP, ShopRelease, type ShopService } from '../src/releases/shop-release.ts';
import { WorkingCopy } from '../src/working-copy.ts';

const EVERY_ORDER: readonly (readonly ShopService[])[] = [
  ['web', 'orders', 'products'],
  ['web', 'products', 'orders'],
  ['orders', 'web', 'products'],
  ['orders', 'products', 'web'],
  ['products', 'web', 'orders'],
  ['products', 'orders', 'web'],
];

const ALL_PAPER = { web: 'paper', orders: 'paper', products: 'paper' };
const ALL_GIFTS = { web: 'gift', orders: 'gift', products: 'gift' };

let platform: Platform;
let copy: WorkingCopy;
let rest: string;

beforeAll(async () => {
  platform = await Platform.start({ instances: () => [] });
  copy = await WorkingCopy.clone(platform.repository);
  rest = await copy.read('common/production.yaml');
  await platform.served('web', await pushFlag('off'));
}, 60_000);

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

/** One commit, in what all services share; its id. */
async function pushFlag(defaultVariant: string): Promise<string> {
  const features = `
features:
  flags:
    gift-wrap:
      state: ENABLED
      variants: { on: true, off: false }
      defaultVariant: ${defaultVariant}
`;
  return copy.push({ 'common/production.yaml': `${rest}${features}` }, `Turn gift wrap ${defaultVariant}`);
}

async function connectAll(stack: AsyncDisposableStack): Promise<readonly ServiceFlags[]> {
  return Promise.all(
    SHOP.map(async (service) => stack.use(await ServiceFlags.connect(platform.url('config'), service))),
  );
}

/** The shop as it runs, release by release, each at an address of its own. */
class RunningShop {
  readonly #releases = new Map<ShopService, ShopRelease>();
  readonly #stack: AsyncDisposableStack;

  constructor(stack: AsyncDisposableStack) {
    this.#stack = stack;
  }

  async deploy(service: ShopService, wrapsGifts: () => Promise<boolean>): Promise<void> {
    const next = SHOP[SHOP.indexOf(service) + 1];
    const options = { service, wrapsGifts, ...(next !== undefined && { nextUrl: () => this.#urlOf(next) }) };
    this.#releases.set(service, this.#stack.use(await ShopRelease.start(options)));
  }

  ask() {
    return askForWrapping(this.#urlOf('web'));
  }

  #urlOf(service: ShopService): string {
    const release = this.#releases.get(service);
    if (release === undefined) {
      throw new Error(`${service} is not deployed`);
    }
    return release.url;
  }
}

describe('a feature of three services', () => {
  it.each(EVERY_ORDER.map((order) => ({ order, names: order.join(', ') })))(
    'deployed dark to $names shows nowhere until one commit turns it on everywhere',
    async ({ order }) => {
      await using stack = new AsyncDisposableStack();
      const shop = new RunningShop(stack);
      for (const service of SHOP) {
        await shop.deploy(service, () => Promise.resolve(false)); // the release from before the feature
      }

      const flags: ServiceFlags[] = [];
      for (const service of order) {
        const own = stack.use(await ServiceFlags.connect(platform.url('config'), service));
        flags.push(own);
        await shop.deploy(service, () => own.client.getBooleanValue('gift-wrap', false));
        expect(await shop.ask()).toEqual(ALL_PAPER);
      }

      const turned = Promise.all(flags.map((own) => own.told(ProviderEvents.ConfigurationChanged)));
      await pushFlag('on');
      await turned;
      expect(await shop.ask()).toEqual(ALL_GIFTS);

      const turnedBack = Promise.all(flags.map((own) => own.told(ProviderEvents.ConfigurationChanged)));
      await pushFlag('off');
      await turnedBack;
      expect(await shop.ask()).toEqual(ALL_PAPER);
    },
  );
});

describe('a commit with a flag that is wrong', () => {
  it('is rejected by every service with the path, and the last flags stay until it is mended', async () => {
    await using stack = new AsyncDisposableStack();
    const flags = await connectAll(stack);
    const stale = Promise.all(flags.map((own) => own.told(ProviderEvents.Stale)));

    await pushFlag('om');
    await stale;
    for (const service of SHOP) {
      await platform.logged(new RegExp(`"${service}-1".*configuration rejected by an instance`));
    }

    const { instances } = await platform.getJson<ConfigInstancesResponse>('config', '/admin/instances');
    expect(instances.map(({ rejected }) => rejected?.reason)).toEqual(
      SHOP.map(() => expect.stringContaining('features.flags.gift-wrap.defaultVariant') as string),
    );
    for (const { client } of flags) {
      expect(await client.getBooleanDetails('gift-wrap', true)).toMatchObject({ value: false, variant: 'off' });
    }

    const ready = Promise.all(flags.map((own) => own.told(ProviderEvents.Ready)));
    await pushFlag('off');
    await ready;
    expect(flags.map(({ client }) => client.providerStatus)).toEqual(SHOP.map(() => ProviderStatus.READY));
  });
});
