import * as z from 'zod';

import { DURATION, parseDuration } from '@signalbox/clock';

/** A duration such as `250ms`, `30s` or `5m`, read as milliseconds. */
export const Duration = z
  .string()
  .regex(DURATION, 'must be a duration such as 250ms, 30s or 5m')
  .transform((text) => parseDuration(text));
