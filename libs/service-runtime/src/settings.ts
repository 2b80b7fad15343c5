import * as z from 'zod';

import { SettingsError } from './errors.ts';

/** Orchestrators kill what has not ended in minutes. */
const MAX_DRAIN_NOTICE_MS = 300_000;

/** The settings that every app has; an app's own schema extends them: `z.object({ ...commonSettings, dataDir: z.string() })`. */
export const commonSettings = {
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  auth: z
    .literal('none')
    .optional()
    .describe('"none" opens the control API on any address; anything else is a mistake'),
  drainNoticeMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_DRAIN_NOTICE_MS)
    .default(0)
    .describe('how long readiness answers 503, when told to stop, before listening ends; in milliseconds'),
  tokensFile: z.string().min(1).optional().describe('JSON file of hashed tokens; with it every control call needs one'),
};

export type CommonSettings = z.infer<z.ZodObject<typeof commonSettings>> & { readonly port: number };

/** A TCP port; 0 lets the system choose. */
export const portSetting = z.coerce.number().int().min(0).max(65_535);

const PREFIX = 'SIGNALBOX_';

/** The environment variable of a setting: `dataDir` is read from `SIGNALBOX_DATA_DIR`. */
export function environmentName(setting: string): string {
  return PREFIX + setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Settings from the environment, typed by the schema. A blank variable counts as absent: as a number it would be 0.
 * Throws a SettingsError of one line that names the variable and what is wrong with it, never its value: it may be a secret.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const given: Record<string, string> = {};
  for (const setting of Object.keys(schema.shape)) {
    const value = environment[environmentName(setting)];
    if (value !== undefined && value.trim() !== '') {
      given[setting] = value;
    }
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map(lineOf).join('; '));
  }
  return parsed.data;
}

function lineOf(issue: z.core.$ZodIssue): string {
  const [setting, ...rest] = issue.path;
  const place = setting === undefined ? 'the environment' : environmentName(String(setting));
  return `${place}${rest.length === 0 ? '' : ` at ${rest.join('.')}`}: ${issue.message}`;
}
