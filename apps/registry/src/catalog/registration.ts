/** Names an instance: ids are unique within their service. */
export interface InstanceKey {
  readonly service: string;
  readonly id: string;
}

export type Scheme = 'http' | 'https' | 'h2c' | 'grpc' | 'tcp';

interface CheckSchedule {
  /** Unique among the checks of an instance. */
  readonly name: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Passes in a row until the check counts as passing. */
  readonly successThreshold: number;
  /** Failures in a row until the check counts as failing. */
  readonly failureThreshold: number;
}

export type CheckDefinition =
  | (CheckSchedule & { readonly type: 'http'; readonly path: string })
  | (CheckSchedule & { readonly type: 'tcp' })
  | (CheckSchedule & {
      readonly type: 'grpc';
      /** Whose health is asked for; empty for the server as a whole. */
      readonly service: string;
      readonly tls: boolean;
    });

/** What an instance says of itself. */
export interface Registration extends InstanceKey {
  readonly environment: string;
  readonly scheme: Scheme;
  readonly address: string;
  readonly port: number;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly region?: string;
  readonly zone?: string;
  readonly version?: string;
  readonly configurationVersion?: string;
  /** `null`: no lease; a check speaks for the instance. */
  readonly ttlMs: number | null;
  readonly checks: readonly CheckDefinition[];
}

/** The key as one string; a slash can't stand in a name. */
export function keyText({ service, id }: InstanceKey): string {
  return `${service}/${id}`;
}
