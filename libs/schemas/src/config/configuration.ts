import * as z from 'zod';

/** The effective configuration of a service in an environment. */
export const Configuration = z.record(z.string(), z.json());
export type Configuration = z.infer<typeof Configuration>;
