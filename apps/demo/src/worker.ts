import type { JobQueues, QueueCounts } from './queue/job-queues.ts';
import type { ShopService } from './shop-service.ts';

import { WorkerConfiguration } from './configuration.ts';
import { openEngines } from './engines.ts';
import { QueuesUnavailableError } from './errors.ts';
import { QUEUES } from './queue/job.ts';
import { required } from './settings.ts';
import { Uploads } from './uploads.ts';
import { ShopJobs } from './worker/shop-jobs.ts';
import { Worker } from './worker/worker.ts';

/** Does what orders leave to be done: takes jobs from the queues. */
export const worker: ShopService<WorkerConfiguration> = {
  name: 'worker',
  schema: WorkerConfiguration,
  async addRoutes(http, here) {
    const { config, clock, instanceId, stopping, uploadsDir } = here;
    const { database, queue } = config.current;
    const uploads = new Uploads(required('SHOP_UPLOADS_DIR', uploadsDir));
    const { store, queues, close } = await openEngines(http, here, { database, queue, needsQueues: true });
    const jobs = new ShopJobs({
      ...{ store, uploads, queues, clock, instanceId },
      shopName: () => config.current.shop.name,
      packingMs: () => config.current.packing,
    });
    const running = new Worker({
      queues,
      clock,
      log: http.log,
      perform: (job, abandon) => jobs.perform(job, abandon),
      settings: () => ({ ...config.current, leaseMs: config.current.lease }),
    });
    config.onChange(() => {
      running.wake();
    });
    http.get('/api/worker', async () => ({
      servedBy: instanceId,
      configurationVersion: config.version,
      concurrency: config.current.concurrency,
      running: running.running,
      done: running.done,
      queues: await countsOf(queues),
    }));
    const working = running.run(stopping);
    http.addHook('onClose', async () => {
      await working;
      await close();
    });
  },
};

async function countsOf(queues: JobQueues): Promise<Readonly<Record<string, QueueCounts>>> {
  try {
    const counts = await Promise.all(QUEUES.map(async (name) => [name, await queues.counts(name)] as const));
    return Object.fromEntries(counts);
  } catch (error) {
    throw new QueuesUnavailableError(error);
  }
}
