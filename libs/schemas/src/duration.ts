import * as z from 'zod';

import { parseDuration } from '@signalbox/clock';

/** A duration such as `250ms`, `30s` or `5m`, read as milliseconds. */
export const Duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as RangeError).message }); // parseDuration documents what it throws
    return z.NEVER;
  }
});
