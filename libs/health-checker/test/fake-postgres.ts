import { TcpService } from './tcp-service.ts';

type Answer = (received: Buffer) => string | undefined;

/** A Postgres that refuses whoever logs in, with a text of its own. */
export function refusingPostgres(text: string): Promise<TcpService> {
  return TcpService.start(() => message('E', `SFATAL\0C28P01\0M${text}\0\0`));
}

/** Lets everyone in, and answers a query with one empty row. */
export const answerQueries: Answer = (received) =>
  isStartup(received) ? AUTHENTICATED : isQuery(received) ? ONE_EMPTY_ROW : undefined;

/** Lets everyone in, and answers nothing else. */
export const answerLogins: Answer = (received) => (isStartup(received) ? AUTHENTICATED : undefined);

/** Section "Message Formats" of PostgreSQL's protocol: type, length without the type, body. */
function message(type: string, body: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return type + length.toString('latin1') + body;
}

const AUTHENTICATED = message('R', '\0\0\0\0') + message('Z', 'I');
const ONE_EMPTY_ROW = message('C', 'SELECT 1\0') + message('Z', 'I');

/** The first message of a connection has no type: its first byte is the highest of a length. */
function isStartup(received: Buffer): boolean {
  return received[0] === 0;
}

function isQuery(received: Buffer): boolean {
  return received.toString('latin1', 0, 1) === 'Q';
}
