import type { Problem } from './problem.ts';

import {
  type Cluster,
  type Container,
  type Deployment,
  type NetworkPolicy,
  portOf,
  selected,
  type Selector,
  selects,
  type Volume,
} from './cluster.ts';

/** Whatever one manifest says of another that is not there: pods, ports, keys of ConfigMaps and Secrets, claims. */
export function checkReferences(cluster: Cluster): Problem[] {
  return [
    ...cluster.deployments.flatMap((deployment) => deploymentProblems(cluster, deployment)),
    ...cluster.services.flatMap((service) => serviceProblems(cluster, service)),
    ...cluster.budgets.flatMap(({ metadata, spec }) =>
      findsOne(cluster, { manifest: `PodDisruptionBudget/${metadata.name}`, selector: spec.selector }),
    ),
    ...cluster.autoscalers.flatMap((autoscaler) => autoscalerProblems(cluster, autoscaler)),
    ...cluster.monitors.flatMap((monitor) => monitorProblems(cluster, monitor)),
    ...cluster.policies.flatMap((policy) => policyProblems(cluster, policy)),
  ];
}

function deploymentProblems(cluster: Cluster, deployment: Deployment): Problem[] {
  const manifest = `Deployment/${deployment.metadata.name}`;
  const { selector, template, replicas, strategy } = deployment.spec;
  const { containers, volumes } = template.spec;
  const problem = (path: string, reason: string): Problem => ({ manifest, path: `spec/${path}`, reason });
  const isOwner = volumes.some((volume) => volume.persistentVolumeClaim !== undefined);
  return [
    ...(selects(selector, template.metadata.labels) ? [] : [problem('selector', 'does not find its own pods')]),
    ...(selected(cluster, selector).length > 1 ? [problem('selector', 'finds the pods of others as well')] : []),
    ...(isOwner && (replicas !== 1 || strategy?.type !== 'Recreate')
      ? [problem('replicas', 'what owns a volume has one replica, and the strategy Recreate')]
      : []),
    ...volumeProblems(cluster, deployment).map((reason) => problem('template/spec/volumes', reason)),
    ...containers.flatMap((container) => [
      ...probeProblems(deployment, container).map((reason) => problem('template/spec/containers', reason)),
      ...environmentProblems(cluster, container).map((reason) => problem('template/spec/containers', reason)),
      ...secretFileProblems(cluster, { container, volumes }).map((reason) =>
        problem('template/spec/containers', reason),
      ),
      ...mountProblems(cluster, { container, volumes }).map((reason) => problem('template/spec/containers', reason)),
    ]),
  ];
}

function volumeProblems({ configMaps, secrets, claims }: Cluster, { spec }: Deployment): string[] {
  return spec.template.spec.volumes.flatMap(({ name, configMap, secret, persistentVolumeClaim }) => [
    ...(configMap && !configMaps.has(configMap.name) ? [`${name}: no ConfigMap ${configMap.name}`] : []),
    ...(secret && !secrets.has(secret.secretName) ? [`${name}: no Secret ${secret.secretName}`] : []),
    ...(persistentVolumeClaim && !claims.has(persistentVolumeClaim.claimName)
      ? [`${name}: no PersistentVolumeClaim ${persistentVolumeClaim.claimName}`]
      : []),
  ]);
}

function probeProblems(deployment: Deployment, container: Container): string[] {
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  return probes
    .filter(({ httpGet }) => portOf(deployment, httpGet.port) === undefined)
    .map(({ httpGet }) => `${httpGet.path} is asked for at ${httpGet.port}, which is no port of the pod`);
}

function environmentProblems({ configMaps }: Cluster, { envFrom }: Container): string[] {
  return envFrom
    .filter(({ configMapRef }) => !configMaps.has(configMapRef.name))
    .map(({ configMapRef }) => `no ConfigMap ${configMapRef.name}`);
}

/** A container with the volumes of its pod. */
interface Mounting {
  readonly container: Container;
  readonly volumes: readonly Volume[];
}

/** Settings that name a file below the mount of a Secret which has no such key. */
function secretFileProblems({ secrets }: Cluster, { container, volumes }: Mounting): string[] {
  return container.volumeMounts.flatMap(({ name, mountPath }) => {
    const secretName = volumes.find((volume) => volume.name === name)?.secret?.secretName;
    const keys = secrets.get(secretName ?? '');
    return container.env
      .filter(({ value }) => value?.startsWith(`${mountPath}/`))
      .map((variable) => ({ variable: variable.name, file: (variable.value ?? '').slice(mountPath.length + 1) }))
      .filter(({ file }) => keys?.includes(file) === false)
      .map(({ variable, file }) => `${variable}: no ${file} in Secret ${secretName ?? ''}`);
  });
}

function mountProblems({ configMaps }: Cluster, { container, volumes }: Mounting): string[] {
  return container.volumeMounts.flatMap(({ name, mountPath, subPath }) => {
    const volume = volumes.find((each) => each.name === name);
    if (volume === undefined) {
      return [`${mountPath}: no volume ${name}`];
    }
    const content = volume.configMap && configMaps.get(volume.configMap.name);
    return subPath !== undefined && content?.[subPath] === undefined ? [`${mountPath}: no ${subPath} in ${name}`] : [];
  });
}

function serviceProblems(cluster: Cluster, { metadata, spec }: Cluster['services'][number]): Problem[] {
  const manifest = `Service/${metadata.name}`;
  const selector = { matchLabels: spec.selector, matchExpressions: [] };
  return [
    ...findsOne(cluster, { manifest, selector }),
    ...selected(cluster, selector).flatMap((deployment) =>
      spec.ports
        .filter(({ targetPort }) => portOf(deployment, targetPort) === undefined)
        .map(({ targetPort }) => ({ manifest, path: 'spec/ports', reason: `its pods have no port ${targetPort}` })),
    ),
  ];
}

function findsOne(cluster: Cluster, { manifest, selector }: { manifest: string; selector: Selector }): Problem[] {
  const found = selected(cluster, selector).length;
  return found === 1
    ? []
    : [{ manifest, path: 'spec/selector', reason: `finds the pods of ${found} deployments instead of one` }];
}

function autoscalerProblems({ deployments }: Cluster, { metadata, spec }: Cluster['autoscalers'][number]): Problem[] {
  const manifest = `HorizontalPodAutoscaler/${metadata.name}`;
  const target = deployments.find((deployment) => deployment.metadata.name === spec.scaleTargetRef.name);
  const problem = (path: string, reason: string): Problem[] => [{ manifest, path, reason }];
  if (target === undefined) {
    return problem('spec/scaleTargetRef', `no Deployment ${spec.scaleTargetRef.name}`);
  }
  if (target.spec.replicas !== undefined) {
    return problem('spec/scaleTargetRef', `${target.metadata.name} says itself how many replicas there are`);
  }
  return spec.minReplicas > spec.maxReplicas ? problem('spec/minReplicas', 'is more than maxReplicas') : [];
}

function monitorProblems({ services }: Cluster, { metadata, spec }: Cluster['monitors'][number]): Problem[] {
  const manifest = `ServiceMonitor/${metadata.name}`;
  const found = services.filter((service) => selects(spec.selector, service.metadata.labels));
  if (found.length === 0) {
    return [{ manifest, path: 'spec/selector', reason: 'finds no service' }];
  }
  return found.flatMap((service) =>
    spec.endpoints
      .filter(({ port }) => service.spec.ports.every(({ name }) => name !== port))
      .map(({ port }) => ({
        manifest,
        path: 'spec/endpoints',
        reason: `Service/${service.metadata.name} has no port ${port}`,
      })),
  );
}

/** A policy that is about nobody, or about a port that none of the pods has: what it was meant to allow is closed. */
function policyProblems(cluster: Cluster, { metadata, spec }: NetworkPolicy): Problem[] {
  const manifest = `NetworkPolicy/${metadata.name}`;
  const about = selected(cluster, spec.podSelector);
  const within = spec.egress.filter(({ to }) => to?.some(({ namespaceSelector }) => namespaceSelector) !== true);
  const entered = spec.ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => ({ port, of: about })));
  const left = within.flatMap(({ to = [], ports = [] }) => {
    const of = to.flatMap(({ podSelector }) => (podSelector === undefined ? [] : selected(cluster, podSelector)));
    return ports.map(({ port }) => ({ port, of }));
  });
  return [
    ...(about.length === 0 ? [{ manifest, path: 'spec/podSelector', reason: 'finds no pods' }] : []),
    ...[...entered, ...left]
      .filter(({ port, of }) => of.every((deployment) => portOf(deployment, port) === undefined))
      .map(({ port }) => ({ manifest, path: 'spec', reason: `nobody has the port ${port}` })),
  ];
}
