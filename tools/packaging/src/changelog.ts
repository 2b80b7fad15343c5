/** What a release changes of a version: see CONTRIBUTING.md. */
export type Bump = 'major' | 'minor' | 'patch';

const UNRELEASED = /^## Unreleased\n(.*?)(?=^## |$(?![^]))/ms;
const PATCH_SECTIONS = new Set(['Fixed', 'Security']);

/** What the unreleased entries ask for. Throws a RangeError where there are none. */
export function bumpFor(changelog: string, currentVersion: string): Bump {
  const entries = unreleased(changelog);
  if (!/^- /m.test(entries)) {
    throw new RangeError('CHANGELOG.md has nothing under Unreleased to release');
  }
  if (entries.includes('**Breaking:**')) {
    return currentVersion.startsWith('0.') ? 'minor' : 'major';
  }
  const sections = [...entries.matchAll(/^### (.*)$/gm)].map(([, name = '']) => name);
  return sections.every((name) => PATCH_SECTIONS.has(name)) ? 'patch' : 'minor';
}

/** The changelog with what was unreleased under a version of its own, and an empty Unreleased above it. */
export function closeUnreleased(changelog: string, version: string, date: string): string {
  const entries = unreleased(changelog);
  return changelog.replace(UNRELEASED, () => `## Unreleased\n\n## ${version} - ${date}\n${entries}`);
}

function unreleased(changelog: string): string {
  const [, entries] = UNRELEASED.exec(changelog) ?? [];
  if (entries === undefined) {
    throw new RangeError('CHANGELOG.md has no heading "## Unreleased"');
  }
  return entries;
}
