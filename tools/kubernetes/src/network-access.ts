import {
  type Cluster,
  type Deployment,
  type Labels,
  type NetworkPolicy,
  type Peer,
  portOf,
  selects,
} from './cluster.ts';

/** Somebody outside of the namespace: its labels, and those of the namespace; neither for an address on the internet. */
export interface Outsider {
  readonly namespace?: Labels;
  readonly pod?: Labels;
}

/** The ways between the pods of the deployments that NetworkPolicies leave open, as `from -> to:port`, sorted. */
export function openWays(cluster: Cluster): string[] {
  const ways = cluster.deployments.flatMap((from) =>
    cluster.deployments.flatMap((to) =>
      portsOf(to)
        .filter((port) => isOpen(cluster, { from, to, port }))
        .map((port) => `${from.metadata.name} -> ${to.metadata.name}:${port}`),
    ),
  );
  return ways.toSorted();
}

/** The ports at which an outsider reaches pods, as `name:port`, sorted. */
export function openTo(cluster: Cluster, outsider: Outsider): string[] {
  const open = cluster.deployments.flatMap((to) =>
    portsOf(to)
      .filter(
        (port) =>
          rulesFor(cluster, { deployment: to, direction: 'Ingress' })?.some(
            ({ peers, ports }) => admitsOutsider(peers, outsider) && admitsPort(ports, { to, port }),
          ) ?? true,
      )
      .map((port) => `${to.metadata.name}:${port}`),
  );
  return open.toSorted();
}

/** What leads out of the namespace, as `name -> namespace labels:ports`, or `name -> anywhere`; sorted. */
export function waysOut(cluster: Cluster): string[] {
  const ways = cluster.deployments.flatMap((deployment) => {
    const rules = rulesFor(cluster, { deployment, direction: 'Egress' });
    const out = rules?.flatMap(({ peers, ports }) =>
      outOf(peers).map((peer) => `${peer}:${(ports ?? []).map(({ port }) => port).join(',')}`),
    );
    return (out ?? ['anywhere']).map((way) => `${deployment.metadata.name} -> ${way}`);
  });
  return [...new Set(ways)].toSorted();
}

interface Rule {
  /** Anybody where it is undefined. */
  readonly peers: readonly Peer[] | undefined;
  /** Any where it is undefined. */
  readonly ports: Readonly<NetworkPolicy['spec']['ingress'][number]['ports']>;
}

/** What the policies of a deployment allow in that direction, or undefined where none is about it, so that all is allowed. */
function rulesFor(
  { policies }: Cluster,
  { deployment, direction }: { deployment: Deployment; direction: 'Ingress' | 'Egress' },
): Rule[] | undefined {
  const about = policies.filter(
    ({ spec }) =>
      spec.policyTypes.includes(direction) && selects(spec.podSelector, deployment.spec.template.metadata.labels),
  );
  if (about.length === 0) {
    return undefined;
  }
  return about.flatMap(({ spec }) =>
    direction === 'Ingress'
      ? spec.ingress.map(({ from, ports }) => ({ peers: allIfEmpty(from), ports: allIfEmpty(ports) }))
      : spec.egress.map(({ to, ports }) => ({ peers: allIfEmpty(to), ports: allIfEmpty(ports) })),
  );
}

/** By the API an empty list allows as much as none. */
function allIfEmpty<Item>(items: readonly Item[] | undefined): readonly Item[] | undefined {
  return items?.length === 0 ? undefined : items;
}

function isOpen(cluster: Cluster, { from, to, port }: { from: Deployment; to: Deployment; port: number }): boolean {
  const leaves = rulesFor(cluster, { deployment: from, direction: 'Egress' });
  const enters = rulesFor(cluster, { deployment: to, direction: 'Ingress' });
  const admits = (rules: readonly Rule[] | undefined, other: Deployment) =>
    rules?.some(({ peers, ports }) => admitsPod(peers, other) && admitsPort(ports, { to, port })) ?? true;
  return admits(leaves, to) && admits(enters, from);
}

function admitsPod(peers: Rule['peers'], { spec }: Deployment): boolean {
  const { labels } = spec.template.metadata;
  return (
    peers?.some(
      ({ podSelector, namespaceSelector }) =>
        namespaceSelector === undefined && podSelector !== undefined && selects(podSelector, labels),
    ) ?? true
  );
}

function admitsOutsider(peers: Rule['peers'], { namespace, pod = {} }: Outsider): boolean {
  return (
    peers?.some(
      ({ namespaceSelector, podSelector }) =>
        namespace !== undefined &&
        namespaceSelector !== undefined &&
        selects(namespaceSelector, namespace) &&
        (podSelector === undefined || selects(podSelector, pod)),
    ) ?? true
  );
}

function admitsPort(ports: Rule['ports'], { to, port }: { to: Deployment; port: number }): boolean {
  return ports?.some((allowed) => allowed.protocol === 'TCP' && portOf(to, allowed.port) === port) ?? true;
}

function outOf(peers: Rule['peers']): string[] {
  if (peers === undefined) {
    return ['anywhere'];
  }
  return peers.flatMap(({ namespaceSelector }) =>
    namespaceSelector === undefined ? [] : [Object.values(namespaceSelector.matchLabels).join(',') || 'any namespace'],
  );
}

function portsOf({ spec }: Deployment): number[] {
  return spec.template.spec.containers.flatMap(({ ports }) => ports.map(({ containerPort }) => containerPort));
}
