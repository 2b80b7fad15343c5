import * as z from 'zod';

/** No //, no dot segment and no encoded one, no backslash: what a proxy and its backend could read differently. */
const NORMAL_PATH = /^(?!.*(?:\/\/|\/\.{1,2}(?:\/|$)|%2[ef]|%2[EF]|\\))\/[^\s?#]*$/;

/** The path of a URL, without a query. */
export const NormalPath = z
  .string()
  .max(1_024)
  .regex(NORMAL_PATH, 'must begin with a slash and be normal: no //, no dot segment');
