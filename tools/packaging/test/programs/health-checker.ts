import { equal } from 'node:assert/strict';

import { type DependencyOptions, HealthChecker } from '@signalbox/health-checker';

const options: DependencyOptions = { critical: true };
const health = new HealthChecker().addDependency('stock', () => Promise.resolve(undefined), options);
equal(health.answer('/health/ready').statusCode, 503);
await health.close();
