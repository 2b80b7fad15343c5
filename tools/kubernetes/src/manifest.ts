import * as z from 'zod';

/** An object of Kubernetes as it stands in a file: of what is not named here, the published schemas know more. */
export const Manifest = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}
