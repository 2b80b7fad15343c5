import type { Rule } from './flag-document.ts';

/** How deep shared rules may refer to each other. */
const MAX_DEPTH = 16;
/**
 * How deep operators and lists may be nested, references followed: four times as deep as a document of the config-server. flagd-core
 * recurses, and at some 1,000 has no stack left.
 */
const MAX_NESTING = 256;
/** What references may bring into a document, in values: two and a half times what a document of the config-server may hold. */
const MAX_VALUES = 250_000;

/** A rule whose references can't be followed. The message says why, and quotes nothing of the rule. */
export class UnresolvableRuleError extends Error {}

/** Where a value stands: in which shared rules, and how deep in all. */
interface Place {
  readonly within: readonly string[];
  readonly depth: number;
}

/**
 * The rules in `$evaluators` of one document, to which others refer by `{ "$ref": name }`. flagd-core replaces references in the document's
 * text: in their order, without a bound, and with no word where one leads nowhere.
 */
export class SharedRules {
  readonly #rules: ReadonlyMap<string, Rule>;
  #valuesBroughtIn = 0;

  constructor(evaluators: Readonly<Record<string, Rule>>) {
    this.#rules = new Map(Object.entries(evaluators));
  }

  /**
   * The rule with others in place of its references, and of theirs. Throws an UnresolvableRuleError where a reference leads nowhere, back to
   * itself or more than 16 deep, where operators and lists are nested more than 256 deep, and where all rules that were asked for have
   * brought in more than 250,000 values.
   */
  inPlaceOf(rule: Rule): Rule {
    return this.#follow(rule, { within: [], depth: 0 });
  }

  #follow(rule: Rule, place: Place): Rule {
    const name = referenceIn(rule);
    if (name === undefined) {
      return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, this.#followAll(value, place)]));
    }
    const { within, depth } = place;
    const shared = this.#rules.get(name);
    if (shared === undefined) {
      throw new UnresolvableRuleError('refers to a rule that $evaluators does not have');
    }
    if (within.includes(name)) {
      throw new UnresolvableRuleError('refers to a rule that refers back to itself');
    }
    if (within.length === MAX_DEPTH) {
      throw new UnresolvableRuleError(`refers to rules that refer to others, more than ${MAX_DEPTH} deep`);
    }
    return this.#follow(shared, { within: [...within, name], depth });
  }

  #followAll(value: unknown, { within, depth }: Place): unknown {
    this.#valuesBroughtIn += within.length > 0 ? 1 : 0;
    if (this.#valuesBroughtIn > MAX_VALUES) {
      throw new UnresolvableRuleError(`makes more than ${MAX_VALUES} values, with what is referred to before`);
    }
    if (depth > MAX_NESTING) {
      throw new UnresolvableRuleError(`is nested more than ${MAX_NESTING} deep`);
    }
    const deeper = { within, depth: depth + 1 };
    if (Array.isArray(value)) {
      return value.map((one) => this.#followAll(one, deeper));
    }
    return isRule(value) ? this.#follow(value, deeper) : value;
  }
}

function referenceIn(rule: Rule): string | undefined {
  const { $ref: name, ...others } = rule;
  return typeof name === 'string' && Object.keys(others).length === 0 ? name : undefined;
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null;
}
