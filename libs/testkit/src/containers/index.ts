export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export type { ServiceContainer } from './service-container.ts';
