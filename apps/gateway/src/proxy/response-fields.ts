import type { AnswerHead } from '../http1/answer-head.ts';

import { FieldNames, nominatedFields, withoutFields } from '../http1/field-names.ts';

/** What concerns only the connection to the instance; its length is told anew. */
const KINDS = new FieldNames<'hop'>({
  connection: 'hop',
  'content-length': 'hop',
  'keep-alive': 'hop',
  'proxy-authenticate': 'hop',
  'proxy-connection': 'hop',
  'signalbox-route': 'hop', // tells how to reach an instance from here, and is this gateway's to tell
  te: 'hop',
  trailer: 'hop',
  'transfer-encoding': 'hop',
  upgrade: 'hop',
});

const NO_CONTENT = 204;

/** The fields of an upstream's answer as they go to the client, names and values in turn. */
export function toClientFields({ status, fields, connection, length }: AnswerHead): string[] {
  const endToEnd: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (KINDS.kindOf(name) === undefined) {
      endToEnd.push(name, fields[i + 1] ?? '');
    }
  }
  if (length !== undefined && status >= 200 && status !== NO_CONTENT) {
    endToEnd.push('Content-Length', String(length));
  }
  const nominated = nominatedFields(connection);
  return nominated === undefined ? endToEnd : withoutFields(endToEnd, nominated);
}
