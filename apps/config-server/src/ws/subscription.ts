import type { Pair } from '@signalbox/layering';

import type { Rejection, Subscriber } from '../refresh/audience.ts';
import type { PairChange } from '../refresh/judged-pairs.ts';

export interface SubscriptionOptions {
  readonly pair: Pair;
  readonly instanceId: string | undefined;
  /** Another label than the default one. */
  readonly label: string | undefined;
  readonly tell: (change: PairChange) => void;
}

/** One pair that one socket follows, and what its instance said of it. */
export class Subscription implements Subscriber {
  readonly service: string;
  readonly environment: string;
  readonly instanceId?: string;
  readonly label?: string;
  readonly tell: (change: PairChange) => void;
  applied?: string;
  rejected?: Rejection;
  /** What it was last sent, under a label that is looked up again whenever one moves. */
  sentEtag?: string;

  constructor({ pair, instanceId, label, tell }: SubscriptionOptions) {
    this.service = pair.service;
    this.environment = pair.environment;
    this.tell = tell;
    if (instanceId !== undefined) {
      this.instanceId = instanceId;
    }
    if (label !== undefined) {
      this.label = label;
    }
  }
}
