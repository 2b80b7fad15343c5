import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';

/** No module keeps state between tests, so that files may share a thread: starting a process for each took longer than the tests. */
export default mergeConfig(base, { test: { pool: 'threads', isolate: false } });
