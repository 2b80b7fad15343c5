import * as z from 'zod';

/** What may name a service, an environment or an instance: it stands in paths, refs, file names and DNS labels alike. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const NAME_RULE =
  'letters, digits, dots (never two in a row), dashes and underscores, with a letter or a digit at both ends';

/** Longest name of a service or an environment: 63 octets, a DNS label (RFC 1035 section 2.3.4). */
const MAX_NAME_LENGTH = 63;
const MAX_INSTANCE_ID_LENGTH = 128;
/** As long as a path that Git and common file systems take. */
const MAX_LABEL_LENGTH = 255;

/** As much of a refused name as its message shows. */
const MAX_SHOWN_LENGTH = 80;

/** A name of one to so many characters; what is refused is named in the message. */
function nameUpTo(maxLength: number) {
  const error = ({ input }: { readonly input?: unknown }) =>
    `must be 1 to ${maxLength} ${NAME_RULE}, and is ${shown(String(input))}`;
  return z
    .string()
    .min(1, { error, abort: true })
    .max(maxLength, { error, abort: true })
    .regex(NAME, { error, abort: true })
    .refine((text) => !text.includes('..'), { error });
}

/** Quoted, and with what could disturb a terminal or a log escaped. */
function shown(text: string): string {
  const start = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
  return JSON.stringify(start).replace(
    /\p{C}/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

export const ServiceName = nameUpTo(MAX_NAME_LENGTH);
export type ServiceName = z.infer<typeof ServiceName>;

export const EnvironmentName = nameUpTo(MAX_NAME_LENGTH);
export type EnvironmentName = z.infer<typeof EnvironmentName>;

export const InstanceId = nameUpTo(MAX_INSTANCE_ID_LENGTH);
export type InstanceId = z.infer<typeof InstanceId>;

/** A branch, tag or commit. What is a valid reference is Git's to say; here only what can't be one is refused. */
export const Label = z
  .string()
  .min(1)
  .max(MAX_LABEL_LENGTH)
  .regex(/^[^\s~^:?*[\\\p{Cc}-][^\s~^:?*[\\\p{Cc}]*$/u, 'must be a branch, a tag or a commit')
  .refine((text) => !text.includes('..') && !text.includes('@{'), 'must be a branch, a tag or a commit');
export type Label = z.infer<typeof Label>;
