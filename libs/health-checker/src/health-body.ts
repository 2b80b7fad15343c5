/** One dependency in an answer. */
export interface CheckBody {
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly critical: boolean;
  readonly responseTimeMs?: number;
  /** When it was looked at last, ISO 8601. */
  readonly time?: string;
  /** What there is to say of one that passes. */
  readonly details?: string;
  /** Why it fails. */
  readonly error?: string;
}

/** The body of a probe's answer. */
export interface HealthBody {
  readonly status: 'pass' | 'warn' | 'fail' | 'ready' | 'not_ready' | 'started' | 'starting';
  /** ISO 8601. */
  readonly timestamp: string;
  /** Seconds since the checker was made. */
  readonly uptime: number;
  readonly version?: string;
  /** Why the service is not ready, where no check says it. */
  readonly reason?: 'draining';
  readonly checks?: Readonly<Record<string, CheckBody>>;
}
