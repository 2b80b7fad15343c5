import { describe, expect, it } from 'vitest';

import { treeOf } from '@signalbox/layering';
import { FakeClock } from '@signalbox/testkit';

import type { PushedBranch } from './push-review.ts';
import type { OfferedPush } from './push.ts';

import { MemoryAuditStore } from '../../test/memory-audit-store.ts';
import { AuditTrail } from './audit-trail.ts';
import { AuditedPush } from './audited-push.ts';

const PUSH: OfferedPush = {
  moves: [{ reference: 'refs/heads/main', before: 'a', after: 'b' }],
  objects: {
    files: () => Promise.resolve(new Map()),
    read: () => Promise.resolve(''),
    isAncestor: () => Promise.resolve(true),
    excess: () => Promise.resolve(undefined),
    references: () => Promise.resolve(new Map([['refs/heads/main', 'a']])),
  },
};

interface Outcome {
  readonly contains: () => Promise<boolean>;
  /** Where branches and tags are once Git is done. */
  readonly references?: ReadonlyMap<string, string>;
}

/** A branch that takes what is pushed to it, or does not, and whose trees are read when they are released. */
function startPush({ contains, references = new Map() }: Outcome) {
  const store = new MemoryAuditStore();
  const trail = new AuditTrail({ store, clock: new FakeClock(), onTrouble: () => undefined });
  const released = Promise.withResolvers<undefined>();
  const tree = async (commit: string) => {
    await released.promise;
    return { ...treeOf({}), commit, files: new Map(), fingerprint: () => commit };
  };
  const branch: PushedBranch = {
    reference: 'refs/heads/main',
    refresh: () => Promise.resolve(),
    tree,
    offeredTree: tree,
    judge: () => [],
    values: () => undefined,
    isQuarantined: () => false,
    contains,
    references: () => Promise.resolve(references),
  };
  const push = new AuditedPush({ actor: 'team', trail, branch });
  const release = () => {
    released.resolve(undefined);
  };
  const entries = () => [...store.entries.values()];
  return { push, release, entries, outcomes: () => entries().map(({ outcome }) => outcome) };
}

describe('AuditedPush', () => {
  it('records that the branch has what was pushed', async () => {
    const { push, release, outcomes } = startPush({ contains: () => Promise.resolve(true) });
    release();
    await push.judge(PUSH);
    expect(outcomes()).toEqual([{ kind: 'pending' }]);

    await push.settle();

    expect(outcomes()).toEqual([{ kind: 'committed', before: 'a', after: 'b' }]);
  });

  it('leaves no record open of a pusher who left while the push was judged', async () => {
    const { push, release, outcomes } = startPush({ contains: () => Promise.resolve(false) });
    const judging = push.judge(PUSH);
    const settling = push.settle();

    release();
    await Promise.all([judging, settling]);

    expect(outcomes()).toMatchObject([{ kind: 'refused', code: 'config/conflict' }]);
  });

  it('claims nothing when nobody can tell what became of it', async () => {
    const { push, release, outcomes } = startPush({ contains: () => Promise.reject(new Error('git is gone')) });
    release();
    await push.judge(PUSH);

    await push.settle();

    expect(outcomes()).toEqual([{ kind: 'pending' }]);
  });

  it.each([
    ['is where it was moved to', 'b', 'committed'],
    ['is where it was', 'a', 'refused'],
    ['was moved again, so that nobody can tell', 'c', 'pending'],
  ])('records of a branch that is not served that it %s', async (_what, tip, kind) => {
    const side = 'refs/heads/side';
    const { push, entries } = startPush({
      contains: () => Promise.resolve(false),
      references: new Map([[side, tip]]),
    });

    await expect(push.judge({ ...PUSH, moves: [{ reference: side, before: 'a', after: 'b' }] })).resolves.toEqual({
      kind: 'accepted',
    });
    await push.settle();

    expect(entries()).toMatchObject([{ service: '*', reference: side, outcome: { kind } }]);
  });
});
