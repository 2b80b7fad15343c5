import { describe, expect, it } from 'vitest';

import { Label, ServiceName } from './names.ts';

describe('ServiceName', () => {
  it.each(['orders', 'orders-canary', 'a', 'A.b_c-1'])('takes %s', (name) => {
    expect(ServiceName.safeParse(name).success).toBe(true);
  });

  it.each(['', '-a', 'a-', '.git', 'a..b', 'a/b', 'a b', 'a\n', '../x', 'ä', 'x'.repeat(64)])(
    'refuses "%s"',
    (name) => {
      expect(ServiceName.safeParse(name).success).toBe(false);
    },
  );
});

describe('Label', () => {
  it.each(['main', 'release/1.2', 'v1.0.0', 'a'.repeat(40)])('takes %s', (label) => {
    expect(Label.safeParse(label).success).toBe(true);
  });

  it.each(['', '-x', '--upload-pack=x', 'a..b', 'a~1', 'a^', 'HEAD@{1}', 'a b', 'a:b', 'a\0'])(
    'refuses "%s"',
    (label) => {
      expect(Label.safeParse(label).success).toBe(false);
    },
  );
});
