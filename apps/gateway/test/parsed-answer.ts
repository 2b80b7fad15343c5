import { AnswerParser, type Asked } from '../src/http1/answer-parser.ts';
import { ConnectionClosedError, UnsafeAnswerError } from '../src/http1/errors.ts';

/** What became of one answer, content joined. */
export interface ParsedAnswer {
  readonly informed: readonly number[];
  readonly status: number;
  readonly fields: readonly string[];
  readonly content: string;
  /** whole; or why it is none. */
  readonly end: 'closed' | 'framing' | 'size' | 'syntax' | 'switched' | 'whole';
  /** Bytes that came after it. */
  readonly rest: number;
}

const GET: Asked = { method: 'GET', isUpgrade: false };

/** Has an answer parsed that comes in these pieces, latin1, after which the connection ends. */
export function parse(pieces: readonly string[], asked = GET): ParsedAnswer {
  const seen = { informed: [] as number[], status: 0, fields: [] as readonly string[], content: '', rest: 0 };
  const parser = new AnswerParser({
    informed: ({ status }) => {
      seen.informed.push(status);
    },
    answered: ({ status, fields }) => {
      Object.assign(seen, { status, fields });
    },
    received: (content) => {
      seen.content += content.toString('latin1');
    },
  });
  parser.expect(asked);
  return { ...seen, ...readTo(parser, pieces), ...seen };

  function readTo(reader: AnswerParser, parts: readonly string[]): Pick<ParsedAnswer, 'end'> {
    try {
      for (const part of parts) {
        seen.rest += part.length - reader.read(Buffer.from(part, 'latin1'));
      }
      if (reader.switchedBy !== undefined) {
        return { end: 'switched' };
      }
      if (!reader.isIdle) {
        reader.end();
      }
      return { end: 'whole' };
    } catch (error) {
      if (error instanceof UnsafeAnswerError) {
        return { end: error.fault };
      }
      if (error instanceof ConnectionClosedError) {
        return { end: 'closed' };
      }
      throw error;
    }
  }
}
