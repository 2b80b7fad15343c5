import { composeConfiguration, type Pair, pairsOf, PlaceholderError, type Tree } from '@signalbox/layering';
import { type ConfigMap, formatKeyPath, leavesOf } from '@signalbox/layering/keys';
import { type Flaw, flawsOf, holdsSecretReference } from '@signalbox/validation';

import { shownValue } from './shown-value.ts';

/** One thing that is wrong in a tree, with every pair that it breaks. */
export interface Finding extends Flaw {
  /** What may be told of the value. */
  readonly shown?: string;
  readonly pairs: readonly Pair[];
}

/** What a service that is valid in every environment would be served, in numbers. */
export interface ServiceSummary {
  readonly service: string;
  readonly environments: readonly string[];
  /** How many keys it has in any environment. */
  readonly keys: number;
  /** How many of them refer to a secret. */
  readonly secrets: number;
}

export interface Examination {
  /** Every service in every environment. */
  readonly pairs: readonly Pair[];
  /** By file and line; those without a file first. */
  readonly findings: readonly Finding[];
  readonly services: readonly ServiceSummary[];
}

/** Judges every service in every environment, as the config-server would. */
export function examine(tree: Tree): Examination {
  const pairs = pairsOf(tree);
  const flawed = pairs.map((pair) => ({ pair, flaws: describedFlawsOf(tree, pair) }));
  const broken = new Set(flawed.filter(({ flaws }) => flaws.length > 0).map(({ pair }) => pair.service));
  const valid = Map.groupBy(
    pairs.filter(({ service }) => !broken.has(service)),
    ({ service }) => service,
  );
  return {
    pairs,
    findings: toFindings(flawed),
    services: [...valid].map(([service, itsPairs]) => summarise(tree, service, itsPairs)),
  };
}

type DescribedFlaw = Omit<Finding, 'pairs'>;

function describedFlawsOf(tree: Tree, pair: Pair): readonly DescribedFlaw[] {
  const flaws = flawsOf(tree, pair);
  // Where a document can't be read, there is no configuration to show a value of.
  if (!flaws.some(({ pointer }) => pointer !== undefined)) {
    return flaws;
  }
  const values = composedValues(tree, pair);
  return flaws.map((flaw) => {
    const shown = values && flaw.pointer ? shownValue({ tree, pair, values }, flaw.pointer) : undefined;
    return shown === undefined ? flaw : { ...flaw, shown };
  });
}

/** None where a placeholder leads nowhere. */
function composedValues(tree: Tree, pair: Pair): ConfigMap | undefined {
  try {
    return composeConfiguration(tree, pair).values;
  } catch (error) {
    if (error instanceof PlaceholderError) {
      return undefined;
    }
    throw error;
  }
}

function toFindings(flawed: readonly { pair: Pair; flaws: readonly DescribedFlaw[] }[]): readonly Finding[] {
  const findings = new Map<string, DescribedFlaw & { readonly pairs: Pair[] }>();
  for (const { pair, flaws } of flawed) {
    for (const flaw of flaws) {
      const key = JSON.stringify([flaw.file, flaw.line, flaw.pointer, flaw.reason, flaw.shown]);
      const finding = findings.get(key) ?? { ...flaw, pairs: [] };
      finding.pairs.push(pair);
      findings.set(key, finding);
    }
  }
  return [...findings.values()].toSorted(
    (a, b) => (a.file ?? '').localeCompare(b.file ?? '', 'en') || (a.line ?? 0) - (b.line ?? 0),
  );
}

function summarise(tree: Tree, service: string, pairs: readonly Pair[]): ServiceSummary {
  const keys = new Set<string>();
  const secrets = new Set<string>();
  for (const pair of pairs) {
    for (const { keyPath, value } of leavesOf(composeConfiguration(tree, pair).values)) {
      const key = formatKeyPath(keyPath);
      keys.add(key);
      if (typeof value === 'string' && holdsSecretReference(value)) {
        secrets.add(key);
      }
    }
  }
  return {
    service,
    environments: pairs.map(({ environment }) => environment),
    keys: keys.size,
    secrets: secrets.size,
  };
}
