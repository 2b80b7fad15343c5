import { hostname } from 'node:os';

/** The label by which the containers of a test run are found and removed, whatever became of the run. */
export const OWNER_LABEL = 'org.signalbox.testkit.owner';

/** Names the run to the processes that it starts, so that what they start in containers belongs to it. */
export const OWNER_VARIABLE = 'SIGNALBOX_CONTAINERS_OWNER';

/** Who the containers started here belong to, as `host:pid`: the run of container suites, else this process. */
export function containerOwner(): string {
  return process.env[OWNER_VARIABLE] ?? `${hostname()}:${process.pid}`;
}
