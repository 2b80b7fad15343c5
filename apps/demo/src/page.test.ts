import { describe, expect, it } from 'vitest';

import { page } from './page.ts';

describe('page', () => {
  it('shows a title that looks like markup as text', () => {
    expect(page('<script>alert(1)</script>')).not.toContain('<script>alert');
  });
});
