export {
  type DrainOptions,
  HEALTH_PATHS,
  type HealthAnswer,
  HealthChecker,
  type HealthCheckerOptions,
  type HealthPath,
} from './health-checker.ts';
export type { CheckBody, HealthBody } from './health-body.ts';
export { healthPlugin, type HealthPluginOptions, type HealthRouter } from './fastify-plugin.ts';
export { type HealthHandler, healthHandler } from './http-handler.ts';
export { exportHealthMetrics, type HealthMetricsOptions, type PrometheusClient } from './prometheus.ts';
export { circuitProbe, type ShownCircuit } from './circuit.ts';
export type { DependencyCheck, DependencyOptions } from './dependency.ts';

export type { Probe, ProbeResult } from './probes/probe.ts';
export { httpProbe, type HttpProbeOptions } from './probes/http-probe.ts';
export { tcpProbe, type TcpProbeOptions } from './probes/tcp-probe.ts';
export {
  type PostgresClient,
  type PostgresClientConfig,
  postgresProbe,
  type PostgresProbeOptions,
} from './probes/postgres-probe.ts';
export { type RedisClient, redisProbe, type RedisProbeOptions } from './probes/redis-probe.ts';
export { serviceProbe } from './probes/service-probe.ts';
export { grpcProbe, type GrpcProbeOptions } from './probes/grpc-probe.ts';
export { systemProbe, type SystemProbeOptions } from './probes/system-probe.ts';
export type { CpuTimes, EventLoopWatch, SystemSensors } from './probes/system-sensors.ts';
