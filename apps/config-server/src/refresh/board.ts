import { closest, type Pair } from '@signalbox/layering';

import { NoValidVersionError, UnknownEnvironmentError, UnknownServiceError } from '../errors.ts';
import { type PairState, type Quarantine, type Served, servedBy } from './pair-state.ts';
import { type ProblemReport, problemsOf, toReports } from './problem-reports.ts';

export interface BoardStates {
  readonly services: Iterable<string>;
  /** Of every service in every environment. */
  readonly states: Iterable<readonly [Pair, PairState]>;
}

/** What is served for every pair as of one commit. Immutable: readers hold on to one and see one state of the world. */
export class Board {
  readonly commit: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Each service of the commit is there, also where there is no environment. */
  readonly #states: ReadonlyMap<string, ReadonlyMap<string, PairState>>;

  constructor(commit: string, labels: ReadonlyMap<string, string>, { services, states }: BoardStates) {
    this.commit = commit;
    this.labels = labels;
    this.#states = byServiceAndEnvironment(services, states);
  }

  /** The same states under labels that have moved. */
  withLabels(labels: ReadonlyMap<string, string>): Board {
    return new Board(this.commit, labels, { services: this.#states.keys(), states: this.entries() });
  }

  state({ service, environment }: Pair): PairState | undefined {
    return this.#states.get(service)?.get(environment);
  }

  /** Throws UnknownServiceError, UnknownEnvironmentError or NoValidVersionError. */
  find(pair: Pair): Served {
    const state = this.state(pair);
    const served = servedBy(state);
    if (served === undefined) {
      throw state?.kind === 'never-valid' ? noValidVersion(pair, state.quarantine) : this.#unknown(pair);
    }
    return served;
  }

  *entries(): Generator<readonly [Pair, PairState]> {
    for (const [service, environments] of this.#states) {
      for (const [environment, state] of environments) {
        yield [{ service, environment }, state];
      }
    }
  }

  problems(): readonly ProblemReport[] {
    return toReports(problemsOf(this.entries()));
  }

  #unknown({ service, environment }: Pair): Error {
    const environments = this.#states.get(service);
    return environments === undefined
      ? new UnknownServiceError(service, closest(service, [...this.#states.keys()]))
      : new UnknownEnvironmentError(environment, closest(environment, [...environments.keys()]));
  }
}

export function noValidVersion(pair: Pair, { commit, failure }: Quarantine): NoValidVersionError {
  return new NoValidVersionError(pair, {
    commit,
    reason: failure.reason,
    ...(failure.file !== undefined && { file: failure.file }),
    ...(failure.line !== undefined && { line: failure.line }),
  });
}

function byServiceAndEnvironment(
  services: Iterable<string>,
  states: Iterable<readonly [Pair, PairState]>,
): ReadonlyMap<string, ReadonlyMap<string, PairState>> {
  const byService = new Map<string, Map<string, PairState>>();
  for (const service of services) {
    byService.set(service, new Map());
  }
  for (const [{ service, environment }, state] of states) {
    const environments = byService.get(service) ?? new Map<string, PairState>();
    environments.set(environment, state);
    byService.set(service, environments);
  }
  return byService;
}
