export { LaunchError } from './errors.ts';
export { Fleet } from './fleet.ts';
export { demoInstance, instanceEnvironment, type InstanceSpec } from './fleet-specs.ts';
export type { FleetPorts, LaunchOptions, ServerName } from './options.ts';
export { type LineSink, SupervisedProcess } from './supervised-process.ts';
