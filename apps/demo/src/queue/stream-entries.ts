import { type QueueName, QUEUES } from './job.ts';

/** An entry of a stream. */
export interface Entry {
  readonly id: string;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly content: unknown;
}

/** Entries as Redis answers them: `[id, [field, value, …]]`, or null in the place of one that was deleted. */
export function entriesOf(answer: unknown): readonly Entry[] {
  return (answer as readonly (readonly [string, readonly string[]] | null)[]) // as the commands are documented
    .filter((entry) => entry !== null)
    .map(([id, fields]) => {
      const text = fields[fields.indexOf('job') + 1] ?? '';
      return { id, text, content: contentOf(text) };
    });
}

/** The first half of an entry's id is when it was added, in milliseconds since the Unix epoch. */
export function entryTimeOf(id: string): number {
  return Number(id.split('-', 1)[0]);
}

export function queueOfKey(key: string): QueueName {
  const queue = QUEUES.find((name) => key.endsWith(`:${name}`));
  if (queue === undefined) {
    throw new Error(`no queue has the key ${key}`);
  }
  return queue;
}

function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whoever reads it finds that it is none of the jobs
  }
}
