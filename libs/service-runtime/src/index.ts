export { BoundedWaits } from './bounded-waits.ts';
export { runMain, type MainOptions, type Running } from './run-main.ts';
export { commonSettings, type CommonSettings, environmentName, portSetting, readSettings } from './settings.ts';
export { lockDataDirectory } from './data-directory.ts';

export { authorize, createService, type Service, type ServiceHttp, type ServiceOptions } from './service.ts';
export { addWebSocketRoutes, type WebSocketRouteOptions } from './sockets/web-socket-route.ts';
export { type Identity, isAllowed, type Permission, type Role, type Scope } from './auth/permissions.ts';
export { type ToProblem } from './answers/problems.ts';

export {
  DataDirectoryInUseError,
  type ProblemDetails,
  ProblemError,
  SettingsError,
  StartError,
  UnavailableError,
} from './errors.ts';
