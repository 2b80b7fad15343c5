import type { CheckBody, HealthBody } from './health-body.ts';

/** What is used of draft-inadarei-api-health-check-06, section 3. */
export interface HealthJson {
  readonly status: HealthJsonStatus;
  readonly releaseId?: string;
  readonly output?: string;
  readonly checks: Readonly<Record<string, readonly HealthJsonCheck[]>>;
}

export interface HealthJsonCheck {
  readonly componentType?: 'system';
  readonly status: HealthJsonStatus;
  readonly observedValue?: number;
  readonly observedUnit?: 'ms' | 's';
  /** ISO 8601. */
  readonly time?: string;
  readonly output?: string;
}

type HealthJsonStatus = 'pass' | 'warn' | 'fail';

const STATUSES = {
  pass: 'pass',
  ready: 'pass',
  started: 'pass',
  warn: 'warn',
  unknown: 'warn',
  fail: 'fail',
  not_ready: 'fail',
  starting: 'fail',
} as const satisfies Record<HealthBody['status'] | CheckBody['status'], HealthJsonStatus>;

/** The same answer in the words of health+json. */
export function toHealthJson({ status, timestamp, uptime, version, reason, checks = {} }: HealthBody): HealthJson {
  const dependencies = Object.entries(checks).map(
    ([name, check]) => [`${name}:responseTime`, [toCheck(check)]] as const,
  );
  return {
    status: STATUSES[status],
    ...(version !== undefined && { releaseId: version }),
    ...(reason !== undefined && { output: reason }),
    checks: {
      uptime: [{ componentType: 'system', status: 'pass', observedValue: uptime, observedUnit: 's', time: timestamp }],
      ...Object.fromEntries(dependencies),
    },
  };
}

/** Section 4.8 wants no output of what passes. */
function toCheck({ status, responseTimeMs, time, details, error }: CheckBody): HealthJsonCheck {
  if (responseTimeMs === undefined || time === undefined) {
    return { status: STATUSES[status], output: 'not looked at yet' };
  }
  const output = status === 'warn' ? details : error;
  return {
    status: STATUSES[status],
    observedValue: responseTimeMs,
    observedUnit: 'ms',
    time,
    ...(output !== undefined && { output }),
  };
}
