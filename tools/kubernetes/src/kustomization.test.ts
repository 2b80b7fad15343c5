import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { renderKustomization } from './kustomization.ts';

const HEAD = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const POD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  template:
    spec:
      containers: [{ name: shop, image: shop, envFrom: [{ configMapRef: { name: settings } }] }]
`;

async function rendered(files: Readonly<Record<string, string>>, directory = '.') {
  await using root = await temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root.path, name)), { recursive: true });
    await writeFile(join(root.path, name), name.endsWith('kustomization.yaml') ? HEAD + content : content);
  }
  return await renderKustomization(join(root.path, directory));
}

const BASE = {
  'base/kustomization.yaml':
    'resources: [pod.yaml]\nconfigMapGenerator: [{ name: settings, literals: [A=1, B=x=y] }]\n',
  'base/pod.yaml': POD,
};

describe('a kustomization', () => {
  // The suffix is what kustomize 4.5.4 gives to the same content.
  it('names a ConfigMap by its content, where it is and where it is referred to', async () => {
    const [configMap, deployment] = await rendered({
      'kustomization.yaml':
        'resources: [pod.yaml]\nconfigMapGenerator: [{ name: settings, literals: [A=1, B=<x=y>] }]\n',
      'pod.yaml': POD,
    });

    expect(configMap).toMatchObject({ metadata: { name: 'settings-7m2684gc4b' }, data: { A: '1', B: '<x=y>' } });
    expect(JSON.stringify(deployment)).toContain('"configMapRef":{"name":"settings-7m2684gc4b"}');
  });

  it('lays an overlay over its base', async () => {
    const overlay = `namespace: there
resources: [../base]
images: [{ name: shop, newTag: '2' }]
configMapGenerator: [{ name: settings, behavior: merge, literals: [A=2] }]
patches:
  - target: { kind: Deployment, name: shop }
    patch: |-
      - { op: add, path: /spec/replicas, value: 3 }
`;

    const [configMap, deployment] = await rendered({ ...BASE, 'overlay/kustomization.yaml': overlay }, 'overlay');

    expect(configMap).toMatchObject({ metadata: { namespace: 'there' }, data: { A: '2', B: 'x=y' } });
    expect(deployment).toMatchObject({
      metadata: { namespace: 'there' },
      spec: { replicas: 3, template: { spec: { containers: [{ image: 'shop:2' }] } } },
    });
  });

  it.each([
    { what: 'a field that is not rendered here', text: 'resources: [../base]\nnamePrefix: x-\n', reason: /namePrefix/ },
    {
      what: 'a resource that is not there',
      text: 'resources: [nothing.yaml]\n',
      reason: /nothing\.yaml: can not be read/,
    },
    {
      what: 'a patch that finds nothing',
      text: 'resources: [../base]\npatches: [{ target: { kind: Service }, patch: "[{ op: remove, path: /spec }]" }]\n',
      reason: /no Service .*to patch/,
    },
    {
      what: 'a patch of a member that is not there',
      text: 'resources: [../base]\npatches: [{ target: { kind: Deployment }, patch: "[{ op: remove, path: /spec/x }]" }]\n',
      reason: /patch of Deployment\/shop fails/,
    },
    {
      what: 'a merge into a ConfigMap that the base does not have',
      text: 'resources: [../base]\nconfigMapGenerator: [{ name: other, behavior: merge, literals: [A=1] }]\n',
      reason: /can't merge the ConfigMap other/,
    },
    {
      what: 'a ConfigMap that the base has already',
      text: 'resources: [../base]\nconfigMapGenerator: [{ name: settings, literals: [A=1] }]\n',
      reason: /can't create the ConfigMap settings/,
    },
    {
      what: 'a file outside of its directory',
      text: 'resources: [../base]\nconfigMapGenerator: [{ name: other, files: [pod.yaml=../base/pod.yaml] }]\n',
      reason: /outside of the directory/,
    },
  ])('refuses $what, and names the file', async ({ text, reason }) => {
    await expect(rendered({ ...BASE, 'overlay/kustomization.yaml': text }, 'overlay')).rejects.toThrow(reason);
  });

  it('refuses a manifest without a kind', async () => {
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': 'apiVersion: v1\nmetadata: { name: x }\n',
    };

    await expect(rendered(files)).rejects.toThrow(/a\.yaml.*kind/s);
  });
});
