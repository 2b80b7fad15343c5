import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { GatewayConfiguration } from '@signalbox/schemas';

const SEEDS = join(import.meta.dirname, '..', '..', '..', 'docker', 'seed');

describe.each(['config', 'shop'])('the seed repository %s', (seed) => {
  it('holds routes to the very schema that the gateway parses them with', async () => {
    const schema: unknown = JSON.parse(await readFile(join(SEEDS, seed, 'gateway', 'schema.json'), 'utf8'));

    expect(schema).toEqual(z.toJSONSchema(GatewayConfiguration, { io: 'input' }));
  });
});
