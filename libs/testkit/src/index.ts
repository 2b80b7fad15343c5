export { imageNames } from './containers/images.ts';
export { containerOwner, OWNER_LABEL, OWNER_VARIABLE } from './containers/owner.ts';
export { FakeClock } from './fake-clock.ts';
export { FaultProxy } from './fault-proxy.ts';
export { freePort } from './free-port.ts';
export { ReadmeSnippet } from './readme-snippet.ts';
export { seededIntegers, seededRandom } from './seeded-random.ts';
export { temporaryDirectory } from './temporary-directory.ts';
