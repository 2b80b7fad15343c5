import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';

/** Every broken manifest is compiled against the published types, beside all others. */
export default mergeConfig(base, { test: { testTimeout: 30_000 } });
