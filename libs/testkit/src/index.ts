export { FakeClock } from './fake-clock.ts';
export { FaultProxy } from './fault-proxy.ts';
export { freePort } from './free-port.ts';
export { temporaryDirectory } from './temporary-directory.ts';
