import { describe, expect, it } from 'vitest';

import { ANSWERS, LARGE_GET, SMALL_GET, SMALL_POST } from './workload.ts';

describe('a workload', () => {
  it.each([SMALL_GET, LARGE_GET, SMALL_POST])(
    'is answered with a document as long as it expects: $name',
    (workload) => {
      const [path = ''] = workload.path.split('?');
      const answer = Object.entries(ANSWERS).find(([answered]) => answered === path)?.[1] ?? '';

      expect(answer).toHaveLength(workload.answerBytes);
      expect(JSON.parse(answer)).toHaveProperty('products');
    },
  );
});
