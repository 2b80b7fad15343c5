import type { ServiceUpdate } from '../watch/service-update.ts';

import { encodeInstances } from '../instance-json.ts';

/** All watchers of a service are told the same object: it is encoded for the first of them. */
const encoded = new WeakMap<ServiceUpdate, Buffer>();

/** An update as the bytes of a WatchMessage. */
export function encodeUpdate(update: ServiceUpdate): Buffer {
  const known = encoded.get(update);
  if (known !== undefined) {
    return known;
  }
  const bytes = Buffer.from(toJson(update));
  encoded.set(update, bytes);
  return bytes;
}

function toJson(update: ServiceUpdate): string {
  const head = `{"type":"${update.type}","service":"${update.service}","revision":${update.revision}`;
  return update.type === 'snapshot'
    ? `${head},"instances":${encodeInstances(update.instances)}}`
    : `${head},"upserted":${encodeInstances(update.upserted)},"removed":${JSON.stringify(update.removed)}}`;
}
