export { imageNames } from './images.ts';
export { OWNER_LABEL, OWNER_VARIABLE } from './owner.ts';
export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export type { ServiceContainer } from './service-container.ts';
