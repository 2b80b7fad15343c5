import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { GatewayConfiguration } from '@signalbox/schemas';

const SEED = join(import.meta.dirname, '..', '..', '..', 'docker', 'seed', 'config');

describe('the seed repository', () => {
  it('holds routes to the very schema that the gateway parses them with', async () => {
    const schema: unknown = JSON.parse(await readFile(join(SEED, 'gateway', 'schema.json'), 'utf8'));

    expect(schema).toEqual(z.toJSONSchema(GatewayConfiguration, { io: 'input' }));
  });
});
