import type { CircuitBreakerOpenError } from './errors.ts';
import type { CircuitEvents, CircuitListener } from './events.ts';
import type { CircuitBreakerOptions, CircuitBreakerSettings } from './options.ts';
import type { CircuitState } from './state.ts';

import { type CallPermit, SingleUsePermit, type Stopwatch } from './call-permit.ts';
import { type CallTotals, Circuit } from './circuit.ts';
import { type ExecuteOptions, requireExecuteOptions } from './execute-options.ts';
import { begin, hasCallerGivenUp, tellApart, tellInPassing, tellUntilAborted } from './following.ts';
import { toSettings } from './settings.ts';
import { requireFunction } from './validation.ts';

/** What a breaker is at this moment, for people and metrics. */
export interface CircuitSnapshot {
  readonly name: string;
  readonly state: CircuitState;
  /** Failures that count at this moment: in a row, or in the window. */
  readonly failureCount: number;
  /** How many of them open the circuit; Infinity where failures don't. With a rate it goes up with the calls in the window. */
  readonly failureThreshold: number;
  /** By the breaker's clock; undefined before the first failure. */
  readonly lastFailureTime: number | undefined;
  /** From the last or, while closed, the next opening to its first probe. */
  readonly recoveryTimeoutMs: number;
  /** Until a call may be let through: zero unless open or isolated, Infinity while isolated. */
  readonly retryAfterMs: number;
  readonly totals: CallTotals;
}

/** A function that `wrap` takes: the breaker cares for its promise alone. */
type Wrappable = (...args: never[]) => PromiseLike<unknown>;

/**
 * Refuses calls to what keeps failing, and lets a few through after a while to find out whether it has recovered
 * (M. Nygard, Release It!, chapter "Stability Patterns"; permits and windows as in resilience4j's CircuitBreaker). The README has the table
 * of its states.
 */
export class CircuitBreaker {
  readonly #settings: CircuitBreakerSettings;
  readonly #circuit: Circuit;
  readonly #stopwatch: Stopwatch | undefined;
  /** Whether a failure may be told of in the cheaper way: nobody asked for stacks, and there is no judge, whose own error the caller hears of. */
  readonly #mayTellApart: boolean;

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: CircuitBreakerOptions = {}) {
    this.#settings = toSettings(options);
    this.#circuit = new Circuit(this.#settings);
    const { stackTraces, judgeError, judgeResult } = this.#settings;
    this.#mayTellApart = !stackTraces && judgeError === undefined && judgeResult === undefined;
    const { slowCallMs } = this.#circuit.trip;
    this.#stopwatch = slowCallMs === undefined ? undefined : { slowCallMs, now: this.#settings.now };
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Where it stands. An open circuit whose timeout has passed is half-open from the next call on. */
  get state(): CircuitState {
    return this.#circuit.state.kind;
  }

  /**
   * Calls, unless refused: then it rejects with a CircuitBreakerOpenError and does not call. A `call` that throws counts as one that rejects;
   * for one that is no function, and for options that can't be, it throws a TypeError, and nothing is counted.
   */
  execute<T>(call: () => PromiseLike<T>, options?: ExecuteOptions<T>): Promise<T> {
    requireFunction('CircuitBreaker call', call);
    if (options !== undefined) {
      requireExecuteOptions(options);
      return this.#executeWith(call, options);
    }
    const stretch = this.#circuit.enter();
    if (stretch === undefined) {
      return Promise.reject(this.#circuit.refusal());
    }
    const observer = this.#stopwatch === undefined ? stretch : new SingleUsePermit(stretch, this.#stopwatch);
    const cheapenFailure = this.#mayTellApart && this.#circuit.isFailing;
    return cheapenFailure ? tellApart(observer, begin(call)) : tellInPassing(observer, begin(call));
  }

  /** A function of the same type that goes through the breaker. Throws a TypeError for what is no function and for options that can't be. */
  wrap<F extends Wrappable>(call: F, options?: ExecuteOptions<Awaited<ReturnType<F>>>): F {
    requireFunction('CircuitBreaker call', call);
    requireExecuteOptions(options);
    const execute = this.execute.bind(this);
    const wrapped = function (this: unknown, ...args: never[]): Promise<unknown> {
      return execute(() => call.apply(this, args), options);
    };
    return wrapped as unknown as F; // has F's arguments and F's result, which no type can say of a function that F constrains
  }

  /** The same guard for a call that is no promise; undefined when refused. Every permit must be settled. */
  tryAcquire(): CallPermit | undefined {
    const stretch = this.#circuit.enter();
    return stretch && new SingleUsePermit(stretch, this.#stopwatch);
  }

  /** What to tell the caller that was refused. */
  refusal(): CircuitBreakerOpenError {
    return this.#circuit.refusal();
  }

  /** Refuses every call until `reset`. */
  isolate(): void {
    this.#circuit.isolate();
  }

  /** Closes the circuit, whatever it was, with nothing counted. */
  reset(): void {
    this.#circuit.reset();
  }

  /**
   * Tells of what happens, at once and in order. Returns what takes the listener away again. Throws a TypeError for another event and for a
   * listener that is no function.
   */
  on<Event extends keyof CircuitEvents>(event: Event, listener: CircuitListener<Event>): () => void {
    return this.#circuit.on(event, listener);
  }

  snapshot(): CircuitSnapshot {
    const circuit = this.#circuit;
    return {
      name: this.name,
      state: this.state,
      failureCount: circuit.trip.failureCount,
      failureThreshold: circuit.trip.failureThreshold,
      lastFailureTime: circuit.lastFailureTime,
      recoveryTimeoutMs: circuit.recoveryTimeoutMs,
      retryAfterMs: circuit.retryAfterMs,
      totals: circuit.totals,
    };
  }

  #executeWith<T>(call: () => PromiseLike<T>, { signal, fallback }: ExecuteOptions<T>): Promise<T> {
    const answer = signal === undefined ? this.execute(call) : this.#executeUntil(call, signal);
    if (fallback === undefined) {
      return answer;
    }
    return answer.catch((error: unknown) => {
      if (signal !== undefined && hasCallerGivenUp(signal)) {
        throw error;
      }
      return fallback(error);
    });
  }

  #executeUntil<T>(call: () => PromiseLike<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) {
      return Promise.reject(signal.reason as Error); // an abort reason is typed any by the platform
    }
    const stretch = this.#circuit.enter();
    if (stretch === undefined) {
      return Promise.reject(this.#circuit.refusal());
    }
    return tellUntilAborted(new SingleUsePermit(stretch, this.#stopwatch), begin(call), signal);
  }
}
