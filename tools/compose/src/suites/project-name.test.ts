import { describe, expect, it } from 'vitest';

import { projectOf, runOf } from './project-name.ts';

describe('the project of a run', () => {
  it('tells whose it is', () => {
    expect(runOf(projectOf(4711))).toBe(4711);
  });

  it.each(['signalbox-demo', 'signalbox-scenario-', 'signalbox-scenario-mine', 'signalbox-scenario-12-3'])(
    'is none of %s',
    (project) => {
      expect(runOf(project)).toBeUndefined();
    },
  );
});
