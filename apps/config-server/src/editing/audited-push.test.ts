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
    references: () => Promise.resolve(new Set(['refs/heads/main'])),
  },
};

/** A branch that takes what is pushed to it, or does not, and whose trees are read when they are released. */
function startPush({ contains }: { contains: () => Promise<boolean> }) {
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
  };
  const push = new AuditedPush({ actor: 'team', trail, branch });
  const release = () => {
    released.resolve(undefined);
  };
  return { push, release, outcomes: () => [...store.entries.values()].map(({ outcome }) => outcome) };
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

  it('leaves no record of a branch that is not served', async () => {
    const { push, outcomes } = startPush({ contains: () => Promise.resolve(false) });

    const moves = [{ reference: 'refs/heads/side', after: 'b' }];

    await expect(push.judge({ ...PUSH, moves })).resolves.toEqual({ kind: 'accepted' });
    await push.settle();
    expect(outcomes()).toEqual([]);
  });
});
