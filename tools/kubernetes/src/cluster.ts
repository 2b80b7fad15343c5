import * as z from 'zod';

import { type Manifest, nameOf } from './manifest.ts';

const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

/** Of the operators of Kubernetes, those that the manifests use. */
export const Selector = z.strictObject({
  matchLabels: Labels.default({}),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()).min(1) }))
    .default([]),
});
export type Selector = z.infer<typeof Selector>;

/** A port by its number, or by the name that a container gives it. */
const Port = z.union([z.int(), z.string()]);
const Named = z.object({ name: z.string() });

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: Port }) });

/** Of what a setting may come from, the manifests use its value and what the pod knows of itself. */
const Variable = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.strictObject({ fieldRef: z.unknown() }).optional(),
});

const Container = z.object({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  env: z.array(Variable).default([]),
  envFrom: z.array(z.object({ configMapRef: Named })).default([]),
  startupProbe: Probe,
  livenessProbe: Probe,
  readinessProbe: Probe,
  volumeMounts: z
    .array(z.object({ name: z.string(), mountPath: z.string(), subPath: z.string().optional() }))
    .default([]),
});
export type Container = z.infer<typeof Container>;

const Volume = z.strictObject({
  name: z.string(),
  emptyDir: z.unknown().optional(),
  configMap: Named.optional(),
  secret: z.object({ secretName: z.string() }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
});
export type Volume = z.infer<typeof Volume>;

const Deployment = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.int().optional(),
    strategy: z.object({ type: z.string().optional() }).optional(),
    selector: Selector,
    template: z.object({
      metadata: z.object({ labels: Labels }),
      spec: z.object({ containers: z.array(Container).min(1), volumes: z.array(Volume).default([]) }),
    }),
  }),
});
export type Deployment = z.infer<typeof Deployment>;

const Service = z.object({
  metadata: z.object({ name: z.string(), labels: Labels }),
  spec: z.object({
    type: z.string().default('ClusterIP'),
    selector: Labels,
    ports: z.array(z.object({ name: z.string(), port: z.int(), targetPort: Port })).min(1),
  }),
});
export type Service = z.infer<typeof Service>;

const Peer = z.strictObject({ podSelector: Selector.optional(), namespaceSelector: Selector.optional() });
export type Peer = z.infer<typeof Peer>;

const PolicyPorts = z.array(z.object({ port: Port, protocol: z.string().default('TCP') })).optional();

const NetworkPolicy = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    podSelector: Selector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
    ingress: z.array(z.object({ from: z.array(Peer).optional(), ports: PolicyPorts })).default([]),
    egress: z.array(z.object({ to: z.array(Peer).optional(), ports: PolicyPorts })).default([]),
  }),
});
export type NetworkPolicy = z.infer<typeof NetworkPolicy>;

const PodDisruptionBudget = z.object({ metadata: Named, spec: z.object({ selector: Selector }) });

const HorizontalPodAutoscaler = z.object({
  metadata: Named,
  spec: z.object({ scaleTargetRef: Named, minReplicas: z.int(), maxReplicas: z.int() }),
});

const ServiceMonitor = z.object({
  metadata: Named,
  spec: z.object({ selector: Selector, endpoints: z.array(z.object({ port: z.string(), path: z.string() })).min(1) }),
});

const WithKeys = z.object({
  metadata: Named,
  data: z.record(z.string(), z.string()).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
});

/** What of the manifests is needed to see whether they fit together. */
export interface Cluster {
  readonly deployments: readonly Deployment[];
  readonly services: readonly Service[];
  readonly policies: readonly NetworkPolicy[];
  readonly budgets: readonly z.infer<typeof PodDisruptionBudget>[];
  readonly autoscalers: readonly z.infer<typeof HorizontalPodAutoscaler>[];
  readonly monitors: readonly z.infer<typeof ServiceMonitor>[];
  readonly claims: ReadonlySet<string>;
  /** Names of ConfigMaps, with their content. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Names of Secrets, with the names of what they hold. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
}

/** Kinds with nothing in them that could miss another manifest. */
const ALONE = ['Namespace'];

/** Throws a TypeError that names the manifest which is of another kind, or of another form, than is known here. */
export function toCluster(manifests: readonly Manifest[]): Cluster {
  const left = new Map(manifests.map((manifest) => [manifest, nameOf(manifest)]));
  const ofKind = <Shape extends z.ZodType>(kind: string, shape: Shape): z.output<Shape>[] =>
    manifests
      .filter((manifest) => manifest.kind === kind)
      .map((manifest) => {
        left.delete(manifest);
        return parseAs(shape, manifest);
      });
  const claims = ofKind('PersistentVolumeClaim', z.object({ metadata: Named }));
  const configMaps = ofKind('ConfigMap', WithKeys);
  const secrets = ofKind('Secret', WithKeys);
  const cluster: Cluster = {
    deployments: ofKind('Deployment', Deployment),
    services: ofKind('Service', Service),
    policies: ofKind('NetworkPolicy', NetworkPolicy),
    budgets: ofKind('PodDisruptionBudget', PodDisruptionBudget),
    autoscalers: ofKind('HorizontalPodAutoscaler', HorizontalPodAutoscaler),
    monitors: ofKind('ServiceMonitor', ServiceMonitor),
    claims: new Set(claims.map(({ metadata }) => metadata.name)),
    configMaps: new Map(configMaps.map(({ metadata, data = {} }) => [metadata.name, data])),
    secrets: new Map(secrets.map(({ metadata, stringData = {} }) => [metadata.name, Object.keys(stringData)])),
  };
  const unknown = [...left].find(([{ kind }]) => !ALONE.includes(kind));
  if (unknown !== undefined) {
    throw new TypeError(`${unknown[1]} is of a kind whose references are not known here`);
  }
  return cluster;
}

function parseAs<Shape extends z.ZodType>(shape: Shape, manifest: Manifest): z.output<Shape> {
  const parsed = shape.safeParse(manifest);
  if (!parsed.success) {
    throw new TypeError(`${nameOf(manifest)} has a form that is not known here: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

export function selects(selector: Selector, labels: Labels): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    selector.matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

/** The deployments whose pods a selector finds. */
export function selected({ deployments }: Cluster, selector: Selector): Deployment[] {
  return deployments.filter(({ spec }) => selects(selector, spec.template.metadata.labels));
}

/** The number of a port that the pods of a deployment have, or undefined where they have none of that name or number. */
export function portOf({ spec }: Deployment, port: number | string): number | undefined {
  const ports = spec.template.spec.containers.flatMap((container) => container.ports);
  return ports.find(({ name, containerPort }) => name === port || containerPort === port)?.containerPort;
}
