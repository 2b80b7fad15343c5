import { describe, expect, it } from 'vitest';

import { HealthChecker } from '@signalbox/health-checker';
import { createService } from '@signalbox/service-runtime';
import { FakeClock } from '@signalbox/testkit';

import { MemoryStore } from '../../test/memory-store.ts';
import { aRegistration } from '../../test/registrations.ts';
import { Catalog } from '../catalog/catalog.ts';
import { Registrar } from '../catalog/registrar.ts';
import { Leases } from '../leases/leases.ts';
import { addLeaseRoutes } from './lease-routes.ts';
import { toProblem } from './problems.ts';

/** The routes over an instance whose lease lapsed, and whose removal the store has not taken yet. */
async function routesAtALapse() {
  const clock = new FakeClock();
  const catalog = new Catalog({ epoch: 1 });
  const leases = new Leases({ clock, onLapsed: () => undefined });
  const registrar = new Registrar({ catalog, store: new MemoryStore(), clock, followers: [leases] });
  await registrar.register(aRegistration({ ttlMs: 1_000 }));
  leases.start();
  await clock.advance(2_000);
  await leases.close();
  const { http } = await createService({
    name: 'registry',
    version: '0.1.0',
    description: '',
    settings: { host: '127.0.0.1', port: 0, logLevel: 'silent', drainNoticeMs: 0 },
    health: new HealthChecker({ clock }),
    toProblem,
  });
  addLeaseRoutes(http, { catalog, registrar, leases });
  return http;
}

describe('a renewal that comes just after the lease lapsed', () => {
  it('is told that the instance is unknown, so that it registers again', async () => {
    await using http = await routesAtALapse();

    const answer = await http.inject({ method: 'PUT', url: '/api/v1/services/orders/instances/orders-1/lease' });

    expect(answer.json()).toMatchObject({ status: 404, code: 'registry/unknown-instance' });
  });

  it('is named among the unknown when many renew', async () => {
    await using http = await routesAtALapse();
    const key = { service: 'orders', id: 'orders-1' };

    const answer = await http.inject({ method: 'POST', url: '/api/v1/leases/renew', body: { instances: [key] } });

    expect(answer.json()).toMatchObject({ renewed: 0, unknown: [key] });
  });
});
