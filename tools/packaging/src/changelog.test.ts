import { describe, expect, it } from 'vitest';

import { bumpFor, closeUnreleased } from './changelog.ts';

const RELEASED = '## 0.1.0 - 2026-10-01\n\n### Added\n\n- The first.\n';

function changelogOf(unreleased: string): string {
  return `# Changelog\n\n## Unreleased\n\n${unreleased}${RELEASED}`;
}

describe('the next version', () => {
  it.each([
    { entries: '### Fixed\n\n- A leak.\n\n', current: '0.1.0', bump: 'patch' },
    { entries: '### Security\n\n- A leak.\n\n', current: '1.4.0', bump: 'patch' },
    { entries: '### Added\n\n- A wheel.\n\n### Fixed\n\n- A leak.\n\n', current: '0.1.0', bump: 'minor' },
    { entries: '### Changed\n\n- The colour.\n\n', current: '1.4.0', bump: 'minor' },
    { entries: '### Fixed\n\n- **Breaking:** the brakes.\n\n', current: '0.1.0', bump: 'minor' },
    { entries: '### Removed\n\n- **Breaking:** the brakes.\n\n', current: '1.4.0', bump: 'major' },
  ])('after $current is a $bump for $entries', ({ entries, current, bump }) => {
    expect(bumpFor(changelogOf(entries), current)).toBe(bump);
  });

  it('is refused where nothing is unreleased, whatever was released before', () => {
    expect(() => bumpFor(changelogOf(''), '0.1.0')).toThrow(RangeError);
    expect(() => bumpFor('# Changelog\n', '0.1.0')).toThrow('no heading');
  });
});

describe('a released changelog', () => {
  it('has what was unreleased under the version, and an empty Unreleased above', () => {
    const closed = closeUnreleased(changelogOf('### Fixed\n\n- A leak of $1.\n\n'), '0.1.1', '2026-11-21');

    expect(closed).toBe(
      `# Changelog\n\n## Unreleased\n\n## 0.1.1 - 2026-11-21\n\n### Fixed\n\n- A leak of $1.\n\n${RELEASED}`,
    );
  });

  it('has it there where nothing was released before', () => {
    expect(closeUnreleased('## Unreleased\n\n### Added\n\n- A wheel.\n', '0.1.0', '2026-11-21')).toBe(
      '## Unreleased\n\n## 0.1.0 - 2026-11-21\n\n### Added\n\n- A wheel.\n',
    );
  });
});
