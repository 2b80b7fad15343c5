import type { Duplex } from 'node:stream';

import type { ReferenceMove, Verdict } from '../editing/push.ts';

import { GitCommandError } from '../errors.ts';

/** What the hook asks. */
export interface HookQuestion {
  /**
   * Where Git keeps what was received until the references move: the name of a folder beside the objects. Absent where nothing was:
   * whoever only deletes sends no objects.
   */
  readonly quarantine?: string;
  readonly moves: readonly ReferenceMove[];
}

/** Some 8,000 references in one push. */
const MAX_QUESTION_BYTES = 1_048_576;
const END = '\nend\n';
/** As Git makes them (tmp-objdir.c); before 2.35 without `tmp_objdir-`. */
const QUARANTINE = /\/((?:tmp_objdir-)?incoming-[A-Za-z0-9]+)$/;
const MOVE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/;
const NO_OBJECT = /^0+$/;

/** Undefined when whoever asks ends without having asked. Rejects with a GitCommandError when it is no question. */
export async function readQuestion(channel: Duplex): Promise<HookQuestion | undefined> {
  let asked = '';
  for await (const chunk of channel.iterator({ destroyOnReturn: false })) {
    asked += String(chunk);
    if (asked.length > MAX_QUESTION_BYTES) {
      throw new GitCommandError('receive-pack', `the push moves more references than ${MAX_QUESTION_BYTES} bytes hold`);
    }
    if (asked.endsWith(END)) {
      return toQuestion(asked.slice(0, -END.length));
    }
  }
  return undefined;
}

export function answerQuestion(channel: Duplex, verdict: Verdict): void {
  const lines = verdict.kind === 'accepted' ? [] : verdict.lines.map(withoutControlCharacters);
  channel.end([verdict.kind, ...lines, ''].join('\n'));
}

function toQuestion(asked: string): HookQuestion {
  const [path = '', ...moves] = asked.split('\n');
  const quarantine = QUARANTINE.exec(path)?.[1];
  if (quarantine === undefined && path !== '') {
    throw new GitCommandError('receive-pack', `keeps what it received in "${path}"`);
  }
  return { ...(quarantine !== undefined && { quarantine }), moves: moves.map(toMove) };
}

function toMove(line: string): ReferenceMove {
  const [, before = '', after = '', reference] = MOVE.exec(line) ?? [];
  if (reference === undefined) {
    throw new GitCommandError('receive-pack', `asked for the move "${line}"`);
  }
  return {
    reference,
    ...(!NO_OBJECT.test(before) && { before }),
    ...(!NO_OBJECT.test(after) && { after }),
  };
}

/** Names of files may hold what a terminal obeys. */
function withoutControlCharacters(line: string): string {
  return line.replaceAll(/\p{Cc}/gu, ' ');
}
