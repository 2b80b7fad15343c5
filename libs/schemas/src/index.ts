export { EnvironmentName, InstanceId, Label, ServiceName } from './names.ts';
export { Problem } from './problem.ts';

export { ConfigAuditQuery, ConfigAuditResponse } from './config/audit.ts';
export { Configuration } from './config/configuration.ts';
export { ConfigExplanation, ConfigOrigin } from './config/explanation.ts';
export { ConfigInstancesResponse } from './config/instances-response.ts';
export { ConfigProblemsResponse } from './config/problems-response.ts';
export { ConfigFormat, ConfigReadQuery } from './config/read-query.ts';
export { ConfigSocketMessage } from './config/socket-message.ts';
export { ConfigSocketRequest, ConfigVerdictRequest } from './config/socket-request.ts';
export { ConfigUpdateRequest } from './config/update-request.ts';
export { ConfigChange, ConfigUpdateResponse } from './config/update-response.ts';

export { Instance, Lease, Scheme } from './registry/instance.ts';
export { InstanceListQuery } from './registry/list-query.ts';
export { InstanceListResponse, ServiceListResponse } from './registry/list-response.ts';
export { OverrideRequest } from './registry/override-request.ts';
export { CheckDefinition, RegisterRequest, type RegisterRequestInput } from './registry/register-request.ts';
export { RegisterResponse } from './registry/register-response.ts';
export { RenewManyRequest, RenewManyResponse, RenewRequest, RenewResponse } from './registry/renew.ts';
export { InstanceStatus, isRoutable, Override, routableAmong, type Standing } from './registry/status.ts';
export { WatchMessage } from './registry/watch-message.ts';
export { WatchRequest } from './registry/watch-request.ts';

export { ConsistentHash, DestinationRule, LoadBalancerRule } from './gateway/destination-rule.ts';
export { GatewayEndpointsResponse } from './gateway/endpoints-response.ts';
export { GatewayConfiguration, Route, RouteMatch } from './gateway/gateway-configuration.ts';
export { JwtProvider } from './gateway/jwt-provider.ts';
export { GatewayRoutesResponse } from './gateway/routes-response.ts';
