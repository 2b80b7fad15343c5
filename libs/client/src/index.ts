export { ConfigClient } from './config/config-client.ts';
export type {
  ConfigChange,
  ConfigChangeListener,
  ConfigClientOptions,
  ConfigFreshness,
  ConfigFreshnessListener,
  ConfigReplacedListener,
  ConfigSource,
} from './config/config-options.ts';

export type { EnvironmentVariableOptions } from './config/environment-variables.ts';
export type { ConfigKeys, ConfigReader, ListOptions } from './config/config-values.ts';

export { RegistryClient } from './registry/registry-client.ts';
export type { DiscoverOptions, Discovery } from './registry/discovery.ts';
export type { RegistryClientOptions, WatchOptions } from './registry/registry-options.ts';
export type { Registration } from './registry/registration.ts';
export type { RegistrationOptions, RegistrationUpdate } from './registry/registration-options.ts';
export type { InstancesListener, ServiceWatch } from './registry/service-watch.ts';

export { ServiceCaller } from './calls/service-caller.ts';
export type { CallBreakerOptions, CallOptions, CallRetryOptions, ServiceCallerOptions } from './calls/call-options.ts';
export type { ComposableDispatcher, Interceptor } from './calls/dispatch-protocol.ts';
export type { Propagate } from './calls/trace-context.ts';

export type { ProblemListener } from './connection/problem-listener.ts';

export {
  CacheFileError,
  ClosedError,
  ConfigInvalidError,
  ConfigKeyMissingError,
  ConfigUnavailableError,
  ConfigValueError,
  DeadlineExceededError,
  DirectoryError,
  ListenerError,
  NoInstancesError,
  NotFetchedError,
  RefusedError,
  ReportedProblemError,
  SecretsMissingError,
  SignalboxError,
  UnexpectedAnswerError,
  UnreachableError,
} from './errors.ts';
