import { readFileSync } from 'node:fs';

type ImageKey = 'node' | 'postgres' | 'redis' | 'ryuk';

/** What the tests run in containers, by the names under which `images.json` lists them. */
export const imageNames = JSON.parse(readFileSync(new URL('../../images.json', import.meta.url), 'utf8')) as Readonly<
  Record<ImageKey, string>
>; // a file of this package
