import { describe, expect, it } from 'vitest';

import { checkOverlay } from '../src/check.ts';
import { applyJsonPatch, JsonPatch } from '../src/json-patch.ts';
import { nameOf } from '../src/manifest.ts';
import { renderOverlay } from '../src/overlays.ts';
import { renderProblem } from '../src/problem.ts';

const CONTAINER = '/spec/template/spec/containers/0';
const VOLUMES = '/spec/template/spec/volumes';

async function problemsAfter(manifest: string, operation: unknown): Promise<string[]> {
  const overlay = await renderOverlay('production');
  const found = overlay.manifests.find((each) => nameOf(each) === manifest);
  applyJsonPatch(found ?? {}, JsonPatch.parse([operation]));
  return (await checkOverlay(overlay)).map(renderProblem);
}

const remove = (path: string) => ({ op: 'remove', path });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const add = (path: string, value: unknown) => ({ op: 'add', path, value });

describe('the check of manifests', () => {
  it.each([
    {
      what: 'an unknown field',
      of: 'Deployment/gateway',
      change: add('/spec/replica', 3),
      told: /at spec\/replica: .*replica/,
    },
    {
      what: 'an unknown field deep down',
      of: 'Deployment/web',
      change: add(`${CONTAINER}/livenessProbe/httpGet/paht`, '/'),
      told: /httpGet\/paht: /,
    },
    {
      what: 'an unknown field of a ServiceMonitor',
      of: 'ServiceMonitor/signalbox',
      change: add('/spec/endpoints/0/every', '1s'),
      told: /endpoints\/0\/every: /,
    },
    {
      what: 'a number for a text',
      of: 'Deployment/web',
      change: replace(`${CONTAINER}/env/3/value`, 8080),
      told: /env\/3\/value: must be string/,
    },
    {
      what: 'a text for a number',
      of: 'Deployment/web',
      change: replace(`${CONTAINER}/ports/0/containerPort`, 'http'),
      told: /containerPort: must be integer/,
    },
    {
      what: 'a fraction for an integer',
      of: 'Deployment/web',
      change: replace(`${CONTAINER}/startupProbe/failureThreshold`, 1.5),
      told: /failureThreshold: must be integer/,
    },
    {
      what: 'a missing selector',
      of: 'Deployment/web',
      change: remove('/spec/selector'),
      told: /at spec: must have required property selector/,
    },
    {
      what: 'an interval that is none',
      of: 'ServiceMonitor/signalbox',
      change: replace('/spec/endpoints/0/interval', 'soon'),
      told: /interval: must match pattern/,
    },
    {
      what: 'a version that is not published',
      of: 'PodDisruptionBudget/web',
      change: replace('/apiVersion', 'policy/v9'),
      told: /policy\/v9 has no published PodDisruptionBudget/,
    },
  ])('finds $what by the published schemas', async ({ of, change, told }) => {
    const problems = await problemsAfter(of, change);

    expect(problems[0]).toMatch(told);
    expect(problems.filter((problem) => !problem.startsWith(of))).toEqual([]);
  });

  it.each([
    {
      what: 'a selector that misses its pods',
      of: 'Service/orders',
      change: replace('/spec/selector/app.kubernetes.io~1name', 'order'),
      told: /finds the pods of 0 deployments/,
    },
    {
      what: 'a selector that finds the pods of others',
      of: 'Deployment/orders',
      change: replace('/spec/selector/matchLabels', { 'app.kubernetes.io/part-of': 'signalbox' }),
      told: /pods of others/,
    },
    {
      what: 'labels that the selector does not find',
      of: 'Deployment/orders',
      change: replace('/spec/template/metadata/labels/app.kubernetes.io~1name', 'order'),
      told: /does not find its own pods/,
    },
    {
      what: 'a port that the pods do not have',
      of: 'Service/orders',
      change: replace('/spec/ports/0/targetPort', 8081),
      told: /no port 8081/,
    },
    {
      what: 'a probe of a port that is not there',
      of: 'Deployment/gateway',
      change: replace(`${CONTAINER}/readinessProbe/httpGet/port`, 'admin'),
      told: /asked for at admin/,
    },
    {
      what: 'a ConfigMap that is not there',
      of: 'Deployment/orders',
      change: replace(`${CONTAINER}/envFrom/0/configMapRef/name`, 'platforms'),
      told: /no ConfigMap platforms/,
    },
    {
      what: 'a Secret that nobody makes',
      of: 'Deployment/orders',
      change: replace(`${VOLUMES}/1/secret/secretName`, 'orders-token'),
      told: /no Secret orders-token/,
    },
    {
      what: 'a file that the Secret does not have',
      of: 'Deployment/orders',
      change: replace(`${CONTAINER}/env/0/value`, '/run/secrets/caller/tokens'),
      told: /SIGNALBOX_TOKEN_FILE: no tokens in Secret shop-token/,
    },
    {
      what: 'a claim that is not there',
      of: 'Deployment/registry',
      change: replace(`${VOLUMES}/0/persistentVolumeClaim/claimName`, 'x'),
      told: /no PersistentVolumeClaim x/,
    },
    {
      what: 'a mount of no volume',
      of: 'Deployment/orders',
      change: replace(`${CONTAINER}/volumeMounts/0/name`, 'temp'),
      told: /no volume temp/,
    },
    {
      what: 'a file that the ConfigMap does not have',
      of: 'Deployment/config-server',
      change: replace(`${CONTAINER}/volumeMounts/4/subPath`, 'x.yaml'),
      told: /no x\.yaml in seed/,
    },
    {
      what: 'two owners of one volume',
      of: 'Deployment/registry',
      change: replace('/spec/replicas', 2),
      told: /one replica/,
    },
    {
      what: 'an autoscaler of nothing',
      of: 'HorizontalPodAutoscaler/web',
      change: replace('/spec/scaleTargetRef/name', 'www'),
      told: /no Deployment www/,
    },
    {
      what: 'an autoscaler against a fixed number',
      of: 'Deployment/web',
      change: add('/spec/replicas', 2),
      told: /says itself how many/,
    },
    {
      what: 'a budget for nobody',
      of: 'PodDisruptionBudget/web',
      change: replace('/spec/selector/matchLabels', { app: 'web' }),
      told: /pods of 0 deployments/,
    },
    {
      what: 'metrics at a port that is not there',
      of: 'ServiceMonitor/signalbox',
      change: replace('/spec/endpoints/0/port', 'metrics'),
      told: /has no port metrics/,
    },
    {
      what: 'a policy about a port that nobody has',
      of: 'NetworkPolicy/products',
      change: replace('/spec/ingress/0/ports/0/port', 80),
      told: /NetworkPolicy\/products at spec: nobody has the port 80/,
    },
    {
      what: 'another namespace',
      of: 'Service/web',
      change: replace('/metadata/namespace', 'default'),
      told: /is not signalbox-production/,
    },
  ])('finds $what', async ({ of, change, told }) => {
    expect(await problemsAfter(of, change)).toContainEqual(expect.stringMatching(told));
  });

  it('refuses a form whose references it does not know', async () => {
    const variable = { name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } };

    await expect(problemsAfter('Deployment/web', add(`${CONTAINER}/env/-`, variable))).rejects.toThrow(
      /Deployment\/web has a form/,
    );
  });

  it('refuses a kind whose references it does not know', async () => {
    const overlay = await renderOverlay('production');
    const limits = {
      kind: 'LimitRange',
      metadata: { name: 'all', namespace: overlay.namespace },
      spec: { limits: [] },
    };
    const manifests = [...overlay.manifests, { apiVersion: 'v1', ...limits }];

    await expect(checkOverlay({ ...overlay, manifests })).rejects.toThrow(/LimitRange\/all is of a kind/);
  });

  it('finds nothing where nothing is broken, and a manifest that was left out', async () => {
    const overlay = await renderOverlay('production');
    const manifests = overlay.manifests.filter((each) => nameOf(each) !== 'PersistentVolumeClaim/registry');

    expect(await checkOverlay(overlay)).toEqual([]);
    expect((await checkOverlay({ ...overlay, manifests })).map(renderProblem)).toEqual([
      'Deployment/registry at spec/template/spec/volumes: data: no PersistentVolumeClaim registry',
    ]);
  });
});
