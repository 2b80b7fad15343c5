import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';

/** Every library is packed, examined, installed and compiled against. */
export default mergeConfig(base, { test: { testTimeout: 60_000, hookTimeout: 120_000 } });
