import type { KeyPath } from '@signalbox/layering';

/** RFC 6901. */
export function toPointer(keyPath: KeyPath): string {
  return keyPath.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** RFC 6901. */
export function fromPointer(pointer: string): KeyPath {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
