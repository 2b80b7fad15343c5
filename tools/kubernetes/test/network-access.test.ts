import { beforeAll, describe, expect, it } from 'vitest';

import type { Manifest } from '../src/manifest.ts';

import { toCluster } from '../src/cluster.ts';
import { applyJsonPatch, JsonPatch } from '../src/json-patch.ts';
import { nameOf } from '../src/manifest.ts';
import { openTo, openWays, waysOut } from '../src/network-access.ts';
import { renderOverlay } from '../src/overlays.ts';

const NOBODY_IN_PARTICULAR = {};

let manifests: readonly Manifest[];

beforeAll(async () => {
  ({ manifests } = await renderOverlay('production'));
});

const without = (...names: string[]) => toCluster(manifests.filter((manifest) => !names.includes(nameOf(manifest))));

function changed(name: string, operation: unknown) {
  const copies = structuredClone(manifests);
  applyJsonPatch(copies.find((manifest) => nameOf(manifest) === name) ?? {}, JsonPatch.parse([operation]));
  return toCluster(copies);
}

describe('the ways that policies leave open', () => {
  it('are all of them where there is no policy', () => {
    const cluster = toCluster(manifests.filter(({ kind }) => kind !== 'NetworkPolicy'));

    expect(openWays(cluster)).toHaveLength(cluster.deployments.length * 7);
    expect(openTo(cluster, NOBODY_IN_PARTICULAR)).toHaveLength(7);
    expect(waysOut(cluster)).toContain('products -> anywhere');
  });

  it('need both ends', () => {
    expect(openWays(without('NetworkPolicy/web'))).not.toContain('web -> orders:8080');
    expect(openWays(without('NetworkPolicy/orders'))).not.toContain('web -> orders:8080');
  });

  it('are more where a list is empty than where it names somebody', () => {
    const cluster = changed('NetworkPolicy/products', { op: 'replace', path: '/spec/ingress/0/from', value: [] });

    expect(openTo(cluster, NOBODY_IN_PARTICULAR)).toEqual(['gateway:8080', 'products:8080']);
  });

  it('are those of the ports that are named', () => {
    const cluster = changed('NetworkPolicy/gateway', { op: 'replace', path: '/spec/ingress/0/ports', value: [] });

    expect(openTo(cluster, NOBODY_IN_PARTICULAR)).toEqual(['gateway:8080', 'gateway:8081']);
  });

  it('lead out where a rule names nobody', () => {
    const cluster = changed('NetworkPolicy/web', { op: 'remove', path: '/spec/egress/0/to' });

    expect(waysOut(cluster)).toContain('web -> anywhere:8080');
  });
});
