export { LaunchError } from './errors.ts';
export { Fleet } from './fleet.ts';
export { demoInstance, type DemoSpec } from './fleet-specs.ts';
export type { FleetPorts, LaunchOptions } from './options.ts';
export type { LineSink } from './supervised-process.ts';
