import { describe, expect, it } from 'vitest';

import { disagreements, withRows } from './failure-modes-document.ts';

const KILLED = { scenario: 'killed', action: 'SIGKILL | kill -9', promise: 'no GET fails', allowedFailed: 0 };
const STOPPED = { scenario: 'stopped', action: 'SIGTERM', promise: 'nothing fails', allowedFailed: 0 };
const WHOLE = { heading: 'Last run: today.', isWhole: true };
const EMPTY = `# Title\n\n${withMarkers('')}\n\nEnd.\n`;

function withMarkers(text: string): string {
  return `<!-- written by npm run failure-modes -->\n${text}<!-- end -->`;
}

describe('the document of failure modes', () => {
  it('holds the rows between its markers, aligned, and leaves the rest', () => {
    const measured = { requests: 200, failed: 0, note: 'gone after 2.1 s' };

    const document = withRows(EMPTY, [{ ...KILLED, measured }], WHOLE);

    expect(document).toBe(`# Title

<!-- written by npm run failure-modes -->

Last run: today.

| scenario | what is done       | what is promised | requests | failed | allowed | seen             |
| -------- | ------------------ | ---------------- | -------- | ------ | ------- | ---------------- |
| killed   | SIGKILL \\| kill -9 | no GET fails     | 200      | 0      | 0       | gone after 2.1 s |

<!-- end -->

End.
`);
  });

  it('keeps the rows of scenarios that did not run', () => {
    const document = withRows(EMPTY, [KILLED, STOPPED], WHOLE);
    const measured = { requests: 7, failed: 0, note: '' };

    const rewritten = withRows(document, [{ ...KILLED, measured }], { heading: '', isWhole: false });

    expect(rewritten).toMatch(/\| killed .* \| 7 /);
    expect(disagreements(rewritten, [KILLED, STOPPED], { isWhole: true })).toEqual([]);
  });

  it('agrees with the tests whatever they measure', () => {
    const document = withRows(EMPTY, [KILLED, STOPPED], WHOLE);
    const measured = { requests: 7, failed: 0, note: 'other' };

    expect(disagreements(document, [{ ...KILLED, measured }, STOPPED], { isWhole: true })).toEqual([]);
  });

  it('disagrees where a bound is another, a scenario is new, or one has no test', () => {
    const document = withRows(EMPTY, [KILLED, STOPPED], WHOLE);
    const tested = [{ ...KILLED, allowedFailed: 3 }];

    expect(disagreements(document, tested, { isWhole: true })).toEqual([
      'tested but not documented: killed | SIGKILL \\| kill -9 | no GET fails | 3',
      'documented but not tested: killed | SIGKILL \\| kill -9 | no GET fails | 0',
      'documented but not tested: stopped | SIGTERM | nothing fails | 0',
    ]);
  });

  it('is not held to tests that did not run', () => {
    const document = withRows(EMPTY, [KILLED, STOPPED], WHOLE);

    expect(disagreements(document, [KILLED], { isWhole: false })).toEqual([]);
  });

  it('must have its markers', () => {
    expect(() => withRows('# Title\n', [], WHOLE)).toThrow(
      'the document has no "<!-- written by npm run failure-modes -->"',
    );
  });
});
