import type { RegisterRequestInput } from '@signalbox/schemas';

/** What an instance says of itself. */
export interface RegistrationOptions {
  readonly service: string;
  /** Unique within the service. @default the service's name, the host's name and a random part */
  readonly id?: string;
  /** Where others reach this instance. @default the address of this machine on the way to the registry: loopback for a registry on the same machine */
  readonly address?: string;
  readonly port: number;
  /** @default 'http' */
  readonly scheme?: RegisterRequestInput['scheme'];
  /** @default the client's */
  readonly environment?: string;
  readonly tags?: string[];
  readonly meta?: Record<string, string>;
  /** Share of the requests, 0 to 65,535; none with 0 while others have some. @default 1 */
  readonly weight?: number;
  readonly region?: string;
  readonly zone?: string;
  /** Of the program that runs. */
  readonly version?: string;
  /** Of the configuration that the instance runs: `config.version`. */
  readonly configurationVersion?: string;
  /** How long the instance stays listed without a renewal; null: no lease, only where `checks` speak for it. @default 30_000 */
  readonly ttlMs?: number | null;
  /** Checks that the registry runs against this address and port. @default none */
  readonly checks?: RegisterRequestInput['checks'];
}

/** What may change while an instance is registered; what is left out stays. */
export type RegistrationUpdate = Partial<
  Pick<RegistrationOptions, 'tags' | 'meta' | 'weight' | 'version' | 'configurationVersion' | 'checks'>
>;
