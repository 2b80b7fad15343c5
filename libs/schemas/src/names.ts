import * as z from 'zod';

/** What may name a service, an environment or an instance: it stands in paths, refs, file names and DNS labels alike. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const NAME_RULE = 'must be letters, digits, dots, dashes and underscores, and begin and end with a letter or a digit';

/** Longest name of a service or an environment: 63 octets, a DNS label (RFC 1035 section 2.3.4). */
const MAX_NAME_LENGTH = 63;
const MAX_INSTANCE_ID_LENGTH = 128;
/** As long as a path that Git and common file systems take. */
const MAX_LABEL_LENGTH = 255;

const name = z
  .string()
  .min(1)
  .regex(NAME, NAME_RULE)
  .refine((text) => !text.includes('..'), 'must not contain two dots in a row');

export const ServiceName = name.max(MAX_NAME_LENGTH);
export type ServiceName = z.infer<typeof ServiceName>;

export const EnvironmentName = name.max(MAX_NAME_LENGTH);
export type EnvironmentName = z.infer<typeof EnvironmentName>;

export const InstanceId = name.max(MAX_INSTANCE_ID_LENGTH);
export type InstanceId = z.infer<typeof InstanceId>;

/** A branch, tag or commit. What is a valid reference is Git's to say; here only what can't be one is refused. */
export const Label = z
  .string()
  .min(1)
  .max(MAX_LABEL_LENGTH)
  .regex(/^[^\s~^:?*[\\\p{Cc}-][^\s~^:?*[\\\p{Cc}]*$/u, 'must be a branch, a tag or a commit')
  .refine((text) => !text.includes('..') && !text.includes('@{'), 'must be a branch, a tag or a commit');
export type Label = z.infer<typeof Label>;
