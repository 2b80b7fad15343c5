import * as z from 'zod';

import { SettingsError } from './errors.ts';
import { readSettingFile } from './setting-file.ts';

export { readSettingFile, SettingsError };

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

/** The environment variable of a setting: `dataDir` is read from `SIGNALBOX_DATA_DIR`, unless its name begins otherwise. */
export function environmentName(setting: string, prefix = PREFIX): string {
  return prefix + setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the file that a variable's value is read from instead: `SIGNALBOX_TOKEN_FILE`. */
const FILE_SUFFIX = '_FILE';

/** A setting as it was found, with the variable that it is to be blamed on. */
interface GivenSetting {
  readonly variable: string;
  readonly value: string;
}

export interface SettingsOptions {
  /** What the names of the variables begin with. @default 'SIGNALBOX_' */
  readonly prefix?: string;
}

/**
 * Settings from the environment, typed by the schema. A blank variable counts as absent: as a number it would be 0. Each may be given as a
 * file instead, which `<variable>_FILE` names: that is where secrets belong. It is read once, here.
 * Throws a SettingsError of one line that names the variable and what is wrong with it, never its value: it may be a secret.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  { prefix = PREFIX }: SettingsOptions = {},
): z.infer<Schema> {
  const variableOf = (setting: string) => environmentName(setting, prefix);
  const given = new Map<string, GivenSetting>();
  for (const setting of Object.keys(schema.shape)) {
    const found = givenSetting(variableOf(setting), environment);
    if (found !== undefined) {
      given.set(setting, found);
    }
  }
  const parsed = schema.safeParse(Object.fromEntries([...given].map(([setting, { value }]) => [setting, value])));
  if (!parsed.success) {
    const blamedOn = (setting: string) => given.get(setting)?.variable ?? variableOf(setting);
    throw new SettingsError(parsed.error.issues.map((issue) => lineOf(issue, blamedOn)).join('; '));
  }
  return parsed.data;
}

function givenSetting(variable: string, environment: Environment): GivenSetting | undefined {
  const value = nonBlank(environment[variable]);
  const fileVariable = variable + FILE_SUFFIX;
  const file = nonBlank(environment[fileVariable]);
  if (file === undefined) {
    return value === undefined ? undefined : { variable, value };
  }
  if (value !== undefined) {
    throw new SettingsError(`${fileVariable}: contradicts ${variable}, which is given too`);
  }
  return { variable: fileVariable, value: readSettingFile(fileVariable, file) };
}

function nonBlank(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function lineOf(issue: z.core.$ZodIssue, blamedOn: (setting: string) => string): string {
  const [setting, ...rest] = issue.path;
  const place = setting === undefined ? 'the environment' : blamedOn(String(setting));
  return `${place}${rest.length === 0 ? '' : ` at ${rest.join('.')}`}: ${issue.message}`;
}
