import { mergeConfig } from 'vitest/config';

import base from '../vitest.base.mjs';

/** Six processes start and stop here: the control plane and the three services. */
export default mergeConfig(base, { test: { testTimeout: 60_000, hookTimeout: 90_000 } });
