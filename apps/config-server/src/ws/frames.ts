import type { Pair } from '@signalbox/layering';
import type { ConfigSocketMessage } from '@signalbox/schemas';

import type { PairChange } from '../refresh/judged-pairs.ts';
import type { Served } from '../refresh/pair-state.ts';

import { toJson } from '../json-value.ts';

/** A configuration over this is not pushed: its subscribers are told that it changed, and fetch it. */
const MAX_PUSHED_BYTES = 65_536;

export function subscribedFrame({ service, environment, version, etag }: Served): string {
  return encode({ type: 'subscribed', service, environment, version, etag });
}

/** What a subscriber that has something else is sent at once. What it has is not known, so neither is what changed. */
export function resumedFrame(served: Served): string {
  return changedFrame(served);
}

const encoded = new WeakMap<PairChange, Buffer>();

/** Encoded once for all subscribers. */
export function broadcastFrame(change: PairChange): Buffer {
  const known = encoded.get(change);
  if (known !== undefined) {
    return known;
  }
  const frame = Buffer.from(changedFrame(change.served, change.changedKeys));
  encoded.set(change, frame);
  return frame;
}

export function problemFrame(problem: { readonly code: string; readonly detail: string }, pair?: Pair): string {
  return encode({ type: 'problem', ...problem, ...pair });
}

function changedFrame(
  { service, environment, version, etag, configuration }: Served,
  changedKeys?: readonly string[],
): string {
  const whole = encode({
    type: 'changed',
    service,
    environment,
    version,
    etag,
    ...(changedKeys && { changedKeys: [...changedKeys] }),
    configuration: Object.fromEntries(Object.entries(configuration.values).map(([key, value]) => [key, toJson(value)])),
  });
  return Buffer.byteLength(whole) <= MAX_PUSHED_BYTES
    ? whole
    : encode({ type: 'changed', service, environment, version, etag });
}

function encode(message: ConfigSocketMessage): string {
  return JSON.stringify(message);
}
