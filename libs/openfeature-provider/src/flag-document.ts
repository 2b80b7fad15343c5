import * as z from 'zod';

const Metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** A rule of flagd: an operator, and what it works on. */
const Rule = z.record(z.string(), z.unknown());
export type Rule = z.infer<typeof Rule>;

const FlagDefinition = z
  .looseObject({
    state: z.enum(['ENABLED', 'DISABLED']),
    variants: z.record(z.string().min(1), z.unknown()),
    defaultVariant: z.string().nullish(),
    targeting: Rule.optional(),
    metadata: Metadata.optional(),
  })
  .superRefine(({ variants, defaultVariant }, context) => {
    const types = new Set(Object.values(variants).map(typeOf));
    if (types.size !== 1 || types.has(undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['variants'],
        message: 'must be boolean, text, number or map, all of one type',
      });
    }
    if (typeof defaultVariant === 'string' && !Object.hasOwn(variants, defaultVariant)) {
      context.addIssue({ code: 'custom', path: ['defaultVariant'], message: 'is none of the variants' });
    }
  });

/**
 * The shape of flagd's flag definitions, https://flagd.dev/schema/v0/flags.json, but for what targeting may say, which
 * flagd's own evaluator judges. Members that are not known are kept, as flagd keeps them.
 */
export const FlagDocument = z.looseObject({
  flags: z.record(z.string().min(1), FlagDefinition),
  $evaluators: z.record(z.string(), Rule).optional(),
  metadata: Metadata.optional(),
});
export type FlagDocument = z.infer<typeof FlagDocument>;
export type FlagDefinition = z.infer<typeof FlagDefinition>;

/** Of what a variant may be; undefined for null and lists, which OpenFeature has no type for. */
function typeOf(variant: unknown): string | undefined {
  return variant === null || Array.isArray(variant) ? undefined : typeof variant;
}
