import * as z from 'zod';

import { type FlagDefinition, FlagDocument, type Rule } from './flag-document.ts';
import { FlagSet } from './flag-set.ts';
import { SharedRules, UnresolvableRuleError } from './shared-rules.ts';

type Issues = z.RefinementCtx;

/**
 * Flag definitions in flagd's format, made into a FlagSet: a part of the schema that `ConfigClient` is given. What it
 * refuses is refused like any other invalid configuration: it is not applied, and reported to the config-server.
 */
export const flagSetSchema: z.ZodType<FlagSet> = FlagDocument.transform(withRulesInPlace).transform(toFlagSet);

/** The document with shared rules in place of the references to them: every rule can be judged alone. */
function withRulesInPlace({ flags, $evaluators = {}, ...others }: FlagDocument, issues: Issues): FlagDocument {
  const shared = new SharedRules($evaluators);
  const inPlaceOf = (rule: Rule, path: string[]): Rule => {
    try {
      return shared.inPlaceOf(rule);
    } catch (error) {
      if (!(error instanceof UnresolvableRuleError)) {
        throw error;
      }
      issues.addIssue({ code: 'custom', path, message: error.message });
      return rule;
    }
  };
  return {
    ...others,
    flags: mapped(flags, (flag, key) => ({
      ...flag,
      ...(flag.targeting && { targeting: inPlaceOf(flag.targeting, ['flags', key, 'targeting']) }),
    })),
    $evaluators: mapped($evaluators, (rule, name) => inPlaceOf(rule, ['$evaluators', name])),
  };
}

function toFlagSet({ $evaluators = {}, ...document }: FlagDocument, issues: Issues): FlagSet {
  const refuse = (path: string[], cause?: unknown) => {
    issues.addIssue({ code: 'custom', path, message: 'is no rule that flagd knows', params: { cause } });
    return z.NEVER;
  };
  for (const name of refusedAmong(mapped($evaluators, asFlag))) {
    refuse(['$evaluators', name]);
  }
  try {
    return FlagSet.parse(document);
  } catch (error) {
    const refused = refusedAmong(document.flags);
    refused.forEach((key) => refuse(['flags', key, 'targeting'], error));
    return refused.length > 0 ? z.NEVER : refuse([], error);
  }
}

/** Keys of what flagd refuses on its own. */
function refusedAmong(flags: Readonly<Record<string, FlagDefinition>>): readonly string[] {
  return Object.entries(flags)
    .filter(([key, flag]) => !isTaken({ flags: { [key]: flag } }))
    .map(([key]) => key);
}

function isTaken(document: FlagDocument): boolean {
  try {
    FlagSet.parse(document);
    return true;
  } catch {
    return false;
  }
}

/** A flag whose rule it is: flagd judges a rule where a flag has it. */
function asFlag(rule: Rule): FlagDefinition {
  return { state: 'ENABLED', variants: { on: true }, targeting: rule };
}

function mapped<V, W>(record: Readonly<Record<string, V>>, map: (value: V, key: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
