import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';

import { containerOwner, OWNER_LABEL } from '@signalbox/testkit';

/** A container that goes with the run of the suites, whatever becomes of its test. */
export function ownContainer(image: string): GenericContainer {
  return new GenericContainer(image).withLabels({ [OWNER_LABEL]: containerOwner() });
}

export async function outputOf(container: StartedTestContainer, command: readonly string[]): Promise<string> {
  const { output } = await container.exec([...command]);
  return output.trim();
}

const STOP_LIMIT_MS = 10_000;

/** How the first process of a container ended: by itself, or after it was asked to. */
export async function exitCodeAfterStop(started: StartedTestContainer): Promise<number> {
  const client = await getContainerRuntimeClient();
  const container = client.container.getById(started.getId());
  await client.container.stop(container, { timeout: STOP_LIMIT_MS });
  const { State } = await container.inspect();
  return State.ExitCode;
}
