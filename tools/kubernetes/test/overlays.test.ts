import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { checkOverlay } from '../src/check.ts';
import { type Cluster, toCluster } from '../src/cluster.ts';
import { openTo, openWays, waysOut } from '../src/network-access.ts';
import { type Overlay, overlayNames, renderOverlay } from '../src/overlays.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const WITH_PROMETHEUS = ['staging', 'production'];
const PROMETHEUS = {
  namespace: { 'kubernetes.io/metadata.name': 'monitoring' },
  pod: { 'app.kubernetes.io/name': 'prometheus' },
};

const names = await overlayNames();

it('has an overlay for each environment', () => {
  expect(names).toEqual(['development', 'production', 'staging']);
});

describe.each(names)('the overlay %s', (name) => {
  let overlay: Overlay;
  let cluster: Cluster;

  beforeAll(async () => {
    overlay = await renderOverlay(name);
    cluster = toCluster(overlay.manifests);
  });

  it('fits the published schemas, and its manifests each other', async () => {
    expect(await checkOverlay(overlay)).toEqual([]);
  });

  it('opens the ways between pods that are needed, and no other', () => {
    expect(openWays(cluster)).toEqual([
      'gateway -> config-server:8888',
      'gateway -> orders:8080',
      'gateway -> products:8080',
      'gateway -> registry:8500',
      'gateway -> web:8080',
      'orders -> config-server:8888',
      'orders -> products:8080',
      'orders -> registry:8500',
      'products -> config-server:8888',
      'products -> registry:8500',
      'registry -> orders:8080',
      'registry -> products:8080',
      'registry -> web:8080',
      'web -> config-server:8888',
      'web -> orders:8080',
      'web -> registry:8500',
    ]);
  });

  it('opens a way to everything that a setting names by URL', () => {
    const named = cluster.deployments.flatMap(({ metadata, spec }) =>
      spec.template.spec.containers.flatMap(({ envFrom }) =>
        envFrom
          .flatMap(({ configMapRef }) => Object.values(cluster.configMaps.get(configMapRef.name) ?? {}))
          .filter((value) => value.startsWith('http://'))
          .map((value) => `${metadata.name} -> ${new URL(value).host}`),
      ),
    );

    expect(named).toHaveLength(8);
    expect(openWays(cluster)).toEqual(expect.arrayContaining(named));
  });

  it('is reached from elsewhere at the data port of the gateway alone', () => {
    expect(openTo(cluster, {})).toEqual(['gateway:8080']);
    expect(openTo(cluster, { namespace: { team: 'another' }, pod: PROMETHEUS.pod })).toEqual(['gateway:8080']);
  });

  it('lets Prometheus read metrics where there is a ServiceMonitor', () => {
    const control = ['config-server:8888', 'gateway:8080', 'gateway:8081', 'registry:8500'];

    expect(openTo(cluster, PROMETHEUS)).toEqual(WITH_PROMETHEUS.includes(name) ? control : ['gateway:8080']);
  });

  it('reaches nothing outside but the name server', () => {
    const apps = cluster.deployments.map(({ metadata }) => metadata.name);

    expect(waysOut(cluster)).toEqual(apps.map((app) => `${app} -> kube-system:53,53`).toSorted());
  });

  it('scales everything but what owns a volume, and protects all of it', () => {
    const scaled = cluster.autoscalers.map(({ spec }) => spec.scaleTargetRef.name);

    expect(scaled.toSorted()).toEqual(['gateway', 'orders', 'products', 'web']);
    expect([...cluster.claims].toSorted()).toEqual(['config-server', 'registry']);
    expect(cluster.budgets).toHaveLength(cluster.deployments.length);
  });

  it('names no setting that the README of the app does not', async () => {
    const unknown = await Promise.all(
      cluster.deployments.map(async ({ metadata, spec }) => {
        const [container] = spec.template.spec.containers;
        const app = container?.image.replaceAll(/^signalbox\/|:.*$/g, '') ?? '';
        const documented = await readFile(join(REPOSITORY, 'apps', app, 'README.md'), 'utf8');
        const maps = (container?.envFrom ?? []).map(({ configMapRef }) => cluster.configMaps.get(configMapRef.name));
        const set = [
          ...(container?.env ?? []).map((variable) => variable.name),
          ...maps.flatMap((content) => Object.keys(content ?? {})),
        ];
        return set
          .filter((variable) => !documented.includes(`\`${variable.replace(/_FILE$/, '')}`))
          .map((variable) => `${metadata.name}: ${variable}`);
      }),
    );

    expect(unknown.flat()).toEqual([]);
  });
});
