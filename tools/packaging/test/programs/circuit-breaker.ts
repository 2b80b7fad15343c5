import { equal, rejects } from 'node:assert/strict';

import { CircuitBreaker, CircuitBreakerOpenError } from '@signalbox/circuit-breaker';

const breaker = new CircuitBreaker({ name: 'stock' });
const seven: number = await breaker.execute(() => Promise.resolve(7));
equal(seven, 7);
breaker.isolate();
await rejects(
  breaker.execute(() => Promise.resolve(7)),
  CircuitBreakerOpenError,
);
