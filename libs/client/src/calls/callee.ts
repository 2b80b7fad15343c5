import type {
  CallPermit,
  CircuitBreaker,
  CircuitBreakerOpenError,
  CircuitBreakerRegistry,
} from '@signalbox/circuit-breaker';
import type { RetryBudget } from '@signalbox/retry';
import type { Instance } from '@signalbox/schemas';

import { type Availability, EndpointLoad, type LoadBalancer } from '@signalbox/load-balancer';

import type { ServiceWatch } from '../registry/service-watch.ts';

import { NoInstancesError } from '../errors.ts';
import { Admission, type Outcome } from './admission.ts';
import { type Endpoint, type Target, toTargets } from './endpoint.ts';

export interface CalleeParts {
  readonly watch: ServiceWatch;
  readonly balancer: LoadBalancer<Endpoint>;
  readonly breakers: CircuitBreakerRegistry;
  readonly budget: RetryBudget;
  /** Milliseconds on a clock that never goes backwards; the balancer's too. */
  readonly now: () => number;
}

/** What is reported of a request that no breaker gave leave for. */
const UNCOUNTED: CallPermit = { succeeded: () => undefined, failed: () => undefined, cancelled: () => undefined };

/**
 * A service as a caller sees it: its routable endpoints, each with a breaker that lives as long as the endpoint. An endpoint whose breaker
 * holds requests back is left alone by the balancer; the first attempts of calls try again, one at a time, those that are.
 */
export class Callee {
  /** Of the retries of whoever calls this service. */
  readonly budget: RetryBudget;
  readonly #watch: ServiceWatch;
  readonly #balancer: LoadBalancer<Endpoint>;
  readonly #now: () => number;
  readonly #breakers: CircuitBreakerRegistry;
  /** Another array whenever anything of it changes, as the balancer wants it. */
  #endpoints: readonly Endpoint[] = [];
  /** Those of them that are not available. */
  #leftAlone: readonly Endpoint[] = [];
  #trialTurn = 0;
  #isReady = false;

  constructor({ watch, balancer, breakers, budget, now }: CalleeParts) {
    this.budget = budget;
    this.#watch = watch;
    this.#balancer = balancer;
    this.#now = now;
    this.#breakers = breakers;
    this.#follow(watch.instances);
    void watch.ready.then(() => {
      this.#isReady = true;
    });
    watch.onChange((instances) => {
      this.#follow(instances);
    });
  }

  /** Whether the registry answered for this service. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves once it is. */
  get ready(): Promise<void> {
    return this.#watch.ready;
  }

  /** Whether a request would be let through to any endpoint. */
  get isAskable(): boolean {
    return (
      this.#leftAlone.length < this.#endpoints.length ||
      this.#leftAlone.some(({ id }) => letsThrough(this.#breakers.get(id)))
    );
  }

  /** Whether there is an endpoint that is available, has a weight, and is none of these. */
  isAskableBeyond(tried: ReadonlySet<string>): boolean {
    return this.#endpoints.some(
      ({ id, weight, availability }) => weight > 0 && availability === 'available' && !tried.has(id),
    );
  }

  /**
   * The next endpoint whose breaker lets a request through; one of those tried where there is no other. Undefined where there is none. In
   * panic a first attempt may go where a breaker would hold it back, and that breaker does not hear of it.
   */
  admit(tried: ReadonlySet<string>): Admission | undefined {
    return tried.size === 0
      ? (this.#admitToTrial() ?? this.#admitToChosen({ mayPanic: true }) ?? this.#admitToAny())
      : (this.#admitToChosen({ tried }) ?? this.#admitToAny(tried) ?? this.#admitToChosen() ?? this.#admitToAny());
  }

  /** Why nothing was admitted: NoInstancesError, or that of the breaker that lets something through soonest. */
  refusal(): NoInstancesError | CircuitBreakerOpenError {
    const [soonest] = this.#endpoints
      .map(({ id }) => this.#breakers.get(id).refusal())
      .sort((one, other) => one.retryAfterMs - other.retryAfterMs);
    const { service, instances } = this.#watch;
    return soonest ?? new NoInstancesError(service, `no routable instance of ${service} (${instances.length} known)`);
  }

  /** Its instances are watched no more, and its breakers forgotten. Calls under way go on. */
  close(): void {
    this.#watch.close();
    this.#endpoints.forEach(({ id }) => this.#breakers.delete(id));
  }

  /** Asks the breaker of one endpoint that is left alone, each in its turn. */
  #admitToTrial(): Admission | undefined {
    this.#trialTurn = this.#trialTurn + 1 < this.#leftAlone.length ? this.#trialTurn + 1 : 0;
    const endpoint = this.#leftAlone[this.#trialTurn];
    return endpoint && this.#admitTo(endpoint);
  }

  #admitToChosen({ tried, mayPanic = false }: { tried?: ReadonlySet<string>; mayPanic?: boolean } = {}) {
    const endpoint = this.#balancer.choose(this.#endpoints, tried);
    const isPanicking = endpoint?.availability === 'held-back'; // else none such is chosen
    if (endpoint !== undefined && isPanicking && mayPanic) {
      return this.#newAdmission(endpoint, { breaker: this.#breakers.get(endpoint.id), permit: UNCOUNTED });
    }
    return endpoint && this.#admitTo(endpoint);
  }

  /** To the first that lets it through; to one without weight only where no other does. */
  #admitToAny(tried?: ReadonlySet<string>): Admission | undefined {
    const untried = this.#endpoints.filter(({ id }) => tried?.has(id) !== true);
    for (const endpoint of [
      ...untried.filter(({ weight }) => weight > 0),
      ...untried.filter(({ weight }) => weight === 0),
    ]) {
      const admission = this.#admitTo(endpoint);
      if (admission !== undefined) {
        return admission;
      }
    }
    return undefined;
  }

  #admitTo(endpoint: Endpoint): Admission | undefined {
    const breaker = this.#breakers.get(endpoint.id);
    const permit = breaker.tryAcquire();
    if (permit === undefined) {
      this.#regard(endpoint, afterRefusal(endpoint, breaker));
    }
    return permit && this.#newAdmission(endpoint, { breaker, permit });
  }

  #newAdmission(endpoint: Endpoint, { breaker, permit }: { breaker: CircuitBreaker; permit: CallPermit }): Admission {
    const onSettled = (outcome: Outcome) => {
      if (outcome !== 'cancelled') {
        this.#regard(endpoint, afterAttempt(outcome, breaker));
      }
    };
    return new Admission({ endpoint, permit, onSettled });
  }

  /** One that is taken back warms up again: it may have been restarted. */
  #regard(endpoint: Endpoint, availability: Availability): void {
    if (availability !== endpoint.availability) {
      endpoint.availability = availability;
      endpoint.warmingSince = availability === 'available' ? this.#now() : endpoint.warmingSince;
      this.#use(this.#endpoints);
    }
  }

  #use(endpoints: readonly Endpoint[]): void {
    this.#endpoints = [...endpoints];
    this.#leftAlone = endpoints.filter(({ availability }) => availability !== 'available');
  }

  /** What was here from the beginning is warm. */
  #follow(instances: readonly Instance[]): void {
    const before = new Map(this.#endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const endpoints = toTargets(instances).map((target) =>
      Object.assign(before.get(target.id) ?? this.#begin(), target),
    );
    this.#use(endpoints);
    const present = new Set(endpoints.map(({ id }) => id));
    before
      .keys()
      .filter((id) => !present.has(id))
      .forEach((id) => this.#breakers.delete(id));
  }

  #begin(): Omit<Endpoint, keyof Target> {
    return {
      availability: 'available',
      warmingSince: this.#isReady ? this.#now() : undefined,
      load: new EndpointLoad({ now: this.#now }),
    };
  }
}

function letsThrough(breaker: CircuitBreaker): boolean {
  return breaker.state === 'closed' || (breaker.state === 'open' && breaker.refusal().retryAfterMs === 0);
}

/** What a person isolated is not asked in panic either. */
function afterAttempt(outcome: Outcome, { state }: CircuitBreaker): Availability {
  if (state === 'closed') {
    return 'available';
  }
  return outcome === 'unreachable' || state === 'isolated' ? 'unreachable' : 'held-back';
}

function afterRefusal({ availability }: Endpoint, { state }: CircuitBreaker): Availability {
  if (state === 'isolated') {
    return 'unreachable';
  }
  return availability === 'available' ? 'held-back' : availability;
}
